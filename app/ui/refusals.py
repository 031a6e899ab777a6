"""What the world refuses is said in words; our own bugs go on to the traceback."""

from app.domain.errors import LapelError
from app.ui.session import Session


def tell(session: Session, error: BaseException) -> None:
    """Show a refusal as a line; hand anything else to ``background.unexpected``."""
    if isinstance(error, LapelError):
        session.said.emit(str(error), "bad")
    else:
        session.background.unexpected.emit(error)
