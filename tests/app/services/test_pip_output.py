from app.services.pip_output import PipState, after_line, reason


def test_lines_add_up() -> None:
    state = PipState()
    assert state.words == "Looking up what is needed"
    for line in [
        "Collecting torch<2.15,>=2.14",
        "  Downloading torch-2.14.1-cp311-cp311-manylinux_2_28_x86_64.whl.metadata (29 kB)",
        "Downloading torch-2.14.1-cp311-cp311-manylinux_2_28_x86_64.whl (899.7 MB)",
    ]:
        state = after_line(state, line)
    assert round(state.megabytes, 3) == 899.729
    assert state.words == "Downloading torch"
    assert (
        after_line(state, "Installing collected packages: mpmath, sympy, torch").words
        == "Unpacking 3 packages"
    )


def test_reasons() -> None:
    assert "disk is full" in reason(
        "ERROR: Could not install packages due to an OSError: [Errno 28] No space left"
    )
    refused = (
        "WARNING: Retrying: NewConnectionError('Connection refused')\nERROR: No matching distribution found"
    )
    assert "network" in reason(refused)
    assert reason("x\nERROR: ResolutionImpossible").endswith("ResolutionImpossible")
