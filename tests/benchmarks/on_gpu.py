"""``python -m tests.benchmarks.on_gpu --manifest FILE``: what only a machine with an NVIDIA GPU can tell.

A tuned student's step against its synthetic loop, in bfloat16 and in float32; whether `mtss train --tune all`
repeats itself there to the bit, with ``--deterministic`` and without, also when it was killed on the way; and
whether what it exports says on the CPU what it said on the GPU. Nothing here needs the window's packages.
"""

import argparse
import hashlib
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from itertools import islice
from pathlib import Path

import torch

from tests.benchmarks import report, tuning

LIMIT = 400.0  # seconds of one training


def main() -> int:
    """Print everything; 1 where a training failed or did not repeat itself though it was asked to."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.on_gpu", description=__doc__)
    parser.add_argument("--manifest", type=Path, required=True, help="some hundred images to train on")
    options = parser.parse_args()
    if not torch.cuda.is_available():
        parser.error("torch finds no NVIDIA GPU here")
    _say(f"{datetime.now().astimezone():%Y-%m-%d %H:%M}, {torch.cuda.get_device_name()}, {_versions()}\n")
    speeds()
    return 0 if repeats(options.manifest) else 1


def speeds() -> None:
    """Rows of `tuning` for the GPU, in both precisions."""
    for sizes in tuning.ON_GPU:
        for precision in ("bfloat16", "float32"):
            _say(f"\n{precision}\n")
            for line in report.table(tuning.on(torch.device("cuda"), *sizes, precision)):
                _say(line)


def repeats(manifest: Path) -> bool:
    """Five trainings at once; whether those that had to end alike did."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor() as pool:
        out = Path(folder)
        flags = {"a": True, "b": True, "c": False, "d": False}
        waiting = {
            name: pool.submit(_train, manifest, out / name, deterministic=fixed)
            for name, fixed in flags.items()
        }
        killed = pool.submit(_killed, manifest, out / "killed")
        seconds = {name: found.result() for name, found in waiting.items()}
        _say(f"\nkilled {killed.result()}")
        weights = {name: _digest(out / name / "model.onnx") for name in (*flags, "killed")}
        for name, taken in seconds.items():
            words = "--deterministic" if flags[name] else "as it comes"
            _say(f"mtss train --tune all, {words}: {taken:.0f} s, weights {weights[name]}")
        _say(f"… killed and resumed, --deterministic: weights {weights['killed']}")
        _say(json.dumps(_evaluated(manifest, out / "a")))
        return weights["a"] == weights["b"] == weights["killed"]


def _train(manifest: Path, out: Path, *further: str, deterministic: bool) -> float:
    began = time.perf_counter()
    done = subprocess.run(_command(manifest, out, *further, deterministic=deterministic),
                          capture_output=True, text=True, timeout=LIMIT, check=False)  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"mtss train ended with {done.returncode}: {done.stderr[-3000:]}")
    return time.perf_counter() - began


def _killed(manifest: Path, out: Path) -> str:
    """By SIGKILL, some way into an epoch, both drawn anew every time; then resumed: from where."""
    log, epochs = out.with_suffix(".jsonl"), random.randrange(1, 12)
    command = [*_command(manifest, out, deterministic=True), "--checkpoint-every", "0.05"]
    with subprocess.Popen([*command, "--events", "/dev/stdout"], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        told = (line for line in child.stdout if '"kind": "epoch"' in line)
        assert len(list(islice(told, epochs))) == epochs, "it ended before"
        with suppress(subprocess.TimeoutExpired):
            child.wait(random.random())
        child.kill()
    assert child.returncode == -signal.SIGKILL, f"it ended with {child.returncode}"
    _train(manifest, out, "--resume", "--events", str(log), deterministic=True)
    events = [json.loads(line) for line in log.read_text().splitlines()]
    resumed = [f"{e['stage']} step {e['step']}" for e in events if e["kind"] == "resumed"]
    return f"after {epochs} epochs; went on at " + ", ".join(resumed)


def _command(manifest: Path, out: Path, *further: str, deterministic: bool) -> list[str]:
    command = [sys.executable, "-m", "mtss", "train", "--manifest", str(manifest), "--out", str(out)]
    command += ["--tune", "all", "--epochs", "3", "--device", "cuda", *further]
    return [*command, "--deterministic"] if deterministic else command


def _evaluated(manifest: Path, model: Path) -> dict[str, float]:
    """F1@1 of test images: as its card has it from the GPU, and as the exported file gives it on the CPU."""
    command = [sys.executable, "-m", "mtss", "evaluate", "--model", str(model), "--manifest", str(manifest)]
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, check=True)
    card = json.loads((model / "card.json").read_text())
    ours, theirs = card["metrics"]["test"], json.loads(done.stdout)
    return {"on its card": ours["all"]["mean_f1@1"], "from its file": theirs["all"]["mean_f1@1"]}


def _digest(model: Path) -> str:
    """Of all weights: the file itself holds a date."""
    import onnx

    found = hashlib.sha256()
    for tensor in onnx.load(str(model)).graph.initializer:
        found.update(tensor.name.encode() + tensor.raw_data)
    return found.hexdigest()[:12]


def _versions() -> str:
    driver = "no nvidia-smi"
    if shutil.which("nvidia-smi"):
        query = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
        driver = f"driver {subprocess.run(query, capture_output=True, text=True, check=False).stdout.strip()}"
    return f"torch {torch.__version__}, {driver}"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
