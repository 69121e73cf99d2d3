// Hands the points to the map, which waits for them. They are large, so they come once, apart from what changes.

export default function ({ data }) {
  document.kramersCloud = data;
  document.dispatchEvent(new CustomEvent("kramers-cloud"));
}
