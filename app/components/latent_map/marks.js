// Hands marks to the map, and tells all that follow it whether its handle moves. They come later than the map, which
// need not wait for what is sought; with them a run ends.

export default function ({ data }) {
  const same = JSON.stringify(document.kramersMarks) === JSON.stringify(data.marks);
  [document.kramersMarks, document.kramersMoving] = [data.marks, data.moving];
  if (!same) document.dispatchEvent(new CustomEvent("kramers-marks"));
  document.dispatchEvent(new CustomEvent("kramers-heard"));
}
