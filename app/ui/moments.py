"""Moments the way a person says them: "today 13:40", "yesterday 09:12", "18 Nov", "18 Nov 2025"."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QLocale


def moment(when: datetime, now: datetime | None = None) -> str:
    """``when`` (with its time zone) in local words, seen from ``now``."""
    there = when.astimezone()
    here = (now or datetime.now(there.tzinfo)).astimezone()
    days = (here.date() - there.date()).days
    if days == 0:
        return _tr("today {}").format(f"{there:%H:%M}")
    if days == 1:
        return _tr("yesterday {}").format(f"{there:%H:%M}")
    month = QLocale().monthName(there.month, QLocale.FormatType.ShortFormat)
    day = f"{there.day} {month}"
    return day if there.year == here.year else f"{day} {there.year}"


def _tr(words: str) -> str:
    return QCoreApplication.translate("moments", words)
