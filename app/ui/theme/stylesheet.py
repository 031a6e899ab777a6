"""The style sheet, written once with token names in braces' place."""

from string import Template

from app.services.resources import locate
from app.ui.theme.tokens import CONTROL, Tokens

_SHEET = Template("""
* { font-family: "Inter"; font-size: 13px; }
QWidget { color: $text; }
QMainWindow, QDialog, #page { background: $background; }
QToolTip { background: $raised; color: $text; border: 1px solid $line; padding: 4px 6px; }

#topBar { background: $surface; border: none; border-bottom: 1px solid $line; }
#rail { background: $surface; border: none; border-right: 1px solid $line; }
#statusBar { background: $surface; border: none; border-top: 1px solid $line; }
#sidebar { background: $surface; border: none; border-right: 1px solid $line; }
#panel { background: $surface; border: none; border-left: 1px solid $line; }
#bar { background: $surface; border: none; border-top: 1px solid $line; }
#surface { background: $surface; }
#card { background: $surface; border: 1px solid $line; border-radius: 8px; }
#rule { background: $line; border: none; }

QLabel { background: transparent; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="secondary"] { color: $muted; font-size: 12px; }
QLabel[role="small"] { color: $muted; font-size: 12px; }
QLabel[role="status"] { color: $muted; font-size: 12px; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="title"] { font-size: 17px; font-weight: 600; }
QLabel[role="hero"] { font-size: 24px; font-weight: 600; }
QLabel[role="section"] { color: $muted; font-size: 11px; font-weight: 600; }
QLabel[role="brand"] { font-weight: 600; font-size: 14px; }
QLabel[role="good"] { color: $good; }
QLabel[role="warn"] { color: $warn; }
QLabel[role="bad"] { color: $bad; }
QLabel[role="chip"] { background: $raised; border: 1px solid $line; border-radius: 5px; padding: 4px 9px; color: $muted; }
QLabel[role="badge"] { background: $raised; border-radius: 4px; padding: 1px 6px; font-size: 11px; color: $muted; }
QLabel[role="badge-good"] { background: $raised; border-radius: 4px; padding: 1px 6px; font-size: 11px; color: $good; }
QLabel[role="badge-warn"] { background: $raised; border-radius: 4px; padding: 1px 6px; font-size: 11px; color: $warn; }
QLabel[role="key"] { background: $raised; border: 1px solid $line; border-radius: 3px; padding: 0px 4px; font-size: 11px; color: $muted; }

QPushButton { background: $raised; border: 1px solid $line; border-radius: 6px; padding: 0 11px;
  min-height: ${control}px; max-height: ${control}px; font-weight: 500; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $line; }
QPushButton:focus { border: 1px solid $accent; }
QPushButton:disabled { color: $faint; background: $surface; }
QPushButton:checked { color: $accent; border-color: $accent; background: $tint; }
QPushButton[primary="true"] { background: $accent; color: $on_accent; border: 1px solid $accent; font-weight: 600; }
QPushButton[primary="true"]:hover { border-color: $text; }
QPushButton[primary="true"]:focus { border: 2px solid $text; }
QPushButton[primary="true"]:disabled { background: $raised; color: $faint; border-color: $line; }
QPushButton[flat="true"] { background: transparent; border: 1px solid transparent; color: $muted; }
QPushButton[flat="true"]:hover { background: $hover; color: $text; }
QPushButton[flat="true"]:focus { border: 1px solid $accent; }
QPushButton[flat="true"]:checked { color: $accent; background: $tint; }
QPushButton[danger="true"] { color: $bad; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 3px; }
QToolButton:hover { background: $hover; }
QToolButton:checked { background: $tint; }
QToolButton:focus { border: 1px solid $accent; }
#rail QToolButton { border-radius: 8px; padding: 0; }

QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox { background: $raised; border: 1px solid $line; border-radius: 6px; padding: 0 9px;
  min-height: ${control}px; max-height: ${control}px; selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus { border: 1px solid $accent; }
QLineEdit[invalid="true"] { border: 1px solid $bad; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $line; selection-background-color: $tint; selection-color: $text; outline: none; padding: 4px; }
QComboBox QAbstractItemView::item { min-height: 26px; }
QPlainTextEdit, QTextEdit, QTextBrowser { background: $raised; border: 1px solid $line; border-radius: 6px; padding: 6px;
  selection-background-color: $accent; selection-color: $on_accent; }
QPlainTextEdit:focus, QTextEdit:focus { border: 1px solid $accent; }

QCheckBox, QRadioButton { spacing: 8px; min-height: 24px; background: transparent; border: 1px solid transparent; border-radius: 4px; padding: 0 2px; }
QCheckBox:focus, QRadioButton:focus { border: 1px solid $accent; }
QCheckBox::indicator, QRadioButton::indicator { width: 13px; height: 13px; border: 1px solid $muted; background: $surface; }
QCheckBox::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 7px; }
QCheckBox::indicator:checked, QCheckBox::indicator:indeterminate { background: $accent; border-color: $accent; }
QCheckBox::indicator:checked { image: url("$icon_check"); }
QCheckBox::indicator:indeterminate { image: url("$icon_minus"); }
QRadioButton::indicator:checked { background: $accent; border: 4px solid $surface; outline: 1px solid $accent; }

QMenu { background: $raised; border: 1px solid $line; border-radius: 8px; padding: 5px; }
QMenu::item { padding: 5px 26px 5px 12px; border-radius: 4px; }
QMenu::item:selected { background: $tint; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $line; margin: 5px 4px; }

QScrollArea, QAbstractScrollArea { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $line; border-radius: 4px; min-height: 32px; min-width: 32px; margin: 1px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QProgressBar { background: $line; border: none; border-radius: 2px; min-height: 4px; max-height: 4px; text-align: center; color: transparent; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }

QListView, QTreeView, QTableView { background: transparent; border: none; outline: none; selection-background-color: $tint; selection-color: $text; }
QListView::item { border-radius: 6px; }
QListView::item:hover { background: $hover; }
QListView::item:selected { background: $tint; color: $text; }
QHeaderView::section { background: transparent; color: $muted; border: none; border-bottom: 1px solid $line; padding: 6px 8px; font-size: 12px; }
QTableView { gridline-color: $line; }
QSplitter::handle { background: $line; }
""")


def stylesheet(tokens: Tokens) -> str:
    """The application's style sheet for one theme."""
    icons = {f"icon_{n}": locate("icons", f"{n}-{tokens.name}.svg").as_posix() for n in ("check", "minus")}
    return _SHEET.substitute(tokens.colours(), control=CONTROL - 2, **icons)
