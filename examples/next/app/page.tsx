// The page that the host answers with.
export default function Page() {
  return <p>Next answers.</p>
}
