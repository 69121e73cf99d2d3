// Loads what Python gives into the editor, and tells Python what is drawn.

const PAUSE = 300; // ms without a change before Python hears of it: one rerun for a few quick clicks
const ATOM = /\[[^\]]*\]|Cl|Br|[BCNOPSFIbcnops]/g; // one match for each atom of a SMILES

export default function ({ parentElement, data, setStateValue }) {
  const frame = parentElement.querySelector("iframe");
  frame.report = (smiles) => setStateValue("drawing", { revision: data.revision, smiles });
  frame.update = () => update(frame, data); // the frame calls it when its editor is ready
  if (frame.editor) frame.update();
}

function update(frame, data) {
  frame.contentDocument.body.classList.toggle("dark", data.dark);
  if (frame.editor.revision === undefined) listen(frame);
  if (frame.editor.revision !== data.revision) load(frame, data);
}

function load(frame, { revision, smiles }) {
  clearTimeout(frame.pending);
  Object.assign(frame.editor, { revision, touched: false, carbenes: carbenesOf(smiles) });
  frame.editor.reset();
  if (smiles) frame.editor.readGenericMolecularInput(smiles);
}

function carbenesOf(smiles) {
  const atoms = smiles.match(ATOM) ?? [];
  return atoms.flatMap((atom, i) => (atom === "[C]" ? [i] : []));
}

// Loading changes the structure too, and JSME does not say who did it: only a touched editor speaks.
function listen(frame) {
  const touch = () => (frame.editor.touched = true);
  for (const event of ["pointerdown", "keydown", "paste", "drop"]) {
    frame.contentDocument.addEventListener(event, touch, { capture: true });
  }
  frame.editor.setCallBack("AfterStructureModified", ({ action }) => {
    clearTimeout(frame.pending);
    if (frame.editor.touched) frame.pending = setTimeout(() => frame.report(frame.editor.smiles()), PAUSE);
    else if (action === "readSMILES") keepCarbenes(frame.editor);
  });
}

// JSME fills a carbene with hydrogen unless its label stands in brackets, which only its own format can say:
// "atoms bonds label x y label x y …", atoms in the order of the SMILES.
function keepCarbenes(editor) {
  const carbenes = editor.carbenes;
  if (carbenes.length === 0) return;
  editor.carbenes = []; // reading calls back once more
  const words = editor.jmeFile().trim().split(" ");
  for (const atom of carbenes) words[2 + 3 * atom] = "[C]";
  editor.readMolecule(words.join(" "));
}
