// Keeps a list of texts in this browser, for the next visit. Python gives null while it has none of its own.

export default function ({ data, setStateValue }) {
  try {
    if (data.items) localStorage.setItem(data.name, JSON.stringify(data.items));
    else setStateValue("kept", JSON.parse(localStorage.getItem(data.name)) ?? []);
  } catch {
    if (!data.items) setStateValue("kept", []); // no storage, or not ours: nothing was kept
  }
}
