"""OUT/RESULTS.md and OUT/HELD_OUT.md: all reports that stand in OUT, whichever run made them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from mtss.experiments.menu import BEYOND, PAPER
from mtss.replacing import replace_file

FLAG = "--held-out"  # in the command of a report on such images
LEGEND = (
    "Verdicts are of differences paired by seed: **seen** where their 95 % interval lies above zero, "
    "**not seen** where it lies below (the opposite was), **within noise** where it holds zero. Of so "
    "many at this level a few are chance."
)


def write_summary(
    out: Path,
    held_out: bool,
    names: Sequence[str],
    catalogues: Collection[str],
    done: Mapping[str, str | None],
    note: Sequence[str],
) -> None:
    """Of catalogues that are `done` and of earlier runs on others; each report has its date and command.

    `names`: what this run asks of its `catalogues`; `done` says why one cannot answer the only question.
    """
    title = "# The paper's tables and figures" + (", held-out images" if held_out else "")
    folders = (*done, *_earlier(out, held_out, catalogues))
    lines = [title, "", LEGEND, "", *note]
    for folder in folders:
        lines += [f"# {folder.capitalize()}", ""] if len(folders) > 1 else []
        lines += _section(out / folder, done.get(folder), names)
    replace_file(out / ("HELD_OUT.md" if held_out else "RESULTS.md"), "\n".join(lines).encode())


def _section(folder: Path, refusal: str | None, names: Sequence[str]) -> Iterator[str]:
    """A catalogue's reports, their titles a level lower; none of what was refused just now."""
    for experiment, text in _reports(folder).items():
        if refusal is None or experiment not in names:
            yield from (f"#{line}" if line.startswith("# ") else line for line in text.splitlines())
            yield ""
    if refusal is not None:
        yield from (f"Not measured: {refusal}.", "")


def _earlier(out: Path, held_out: bool, catalogues: Collection[str]) -> list[str]:
    """Folders in OUT with reports on other catalogues, on held-out images or not as this run."""
    others = (folder for folder in sorted(out.iterdir()) if folder.is_dir() and folder.name not in catalogues)
    found = {folder.name: _reports(folder).values() for folder in others}
    return [name for name, texts in found.items() if texts and any(FLAG in t for t in texts) == held_out]


def _reports(folder: Path) -> dict[str, str]:
    """{experiment: its report} of those that stand there, in the paper's order."""
    paths = {name: folder / f"{name}.md" for name in (*PAPER, *BEYOND)}
    return {name: path.read_text(encoding="utf-8") for name, path in paths.items() if path.is_file()}
