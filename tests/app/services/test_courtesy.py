"""Long work stands back while somebody is at the keys, and never comes to a halt."""

from app.services.courtesy import LONGEST_SECONDS, PAUSE_SECONDS, Courtesy


class _Clock:
    """Time that passes only while somebody sleeps; ``presses`` are the moments at which keys come."""

    def __init__(self) -> None:
        self.time = 100.0
        self.slept = 0.0
        self.keys_held_for = 0.0
        self.courtesy = Courtesy(self.sleep, lambda: self.time)

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.slept += seconds
        self.time += seconds
        if self.slept < self.keys_held_for:
            self.courtesy.notice()


def test_nobody_at_the_keys_costs_nothing() -> None:
    clock = _Clock()
    clock.courtesy.give_way()
    assert clock.slept == 0


def test_one_key_holds_work_back_for_a_moment() -> None:
    clock = _Clock()
    clock.courtesy.notice()
    clock.courtesy.give_way()
    clock.courtesy.give_way()
    assert abs(clock.slept - PAUSE_SECONDS) < 1e-9


def test_a_moment_is_measured_from_the_key_and_not_from_the_step() -> None:
    clock = _Clock()
    clock.courtesy.notice()
    clock.time += PAUSE_SECONDS * 0.75
    clock.courtesy.give_way()
    assert abs(clock.slept - PAUSE_SECONDS * 0.25) < 1e-9


def test_a_held_key_lets_every_step_through_in_the_end() -> None:
    clock = _Clock()
    clock.keys_held_for = 10.0
    clock.courtesy.notice()
    clock.courtesy.give_way()
    assert abs(clock.slept - LONGEST_SECONDS) < 1e-9
    clock.courtesy.give_way()
    assert abs(clock.slept - 2 * LONGEST_SECONDS) < 1e-9
