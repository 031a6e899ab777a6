"""Identities that outlive names: everything the user can rename is referred to by one of these."""

from typing import NewType

FolderId = NewType("FolderId", int)
ItemId = NewType("ItemId", int)
TypeId = NewType("TypeId", int)
ClassId = NewType("ClassId", int)
StepId = NewType("StepId", int)
ModelId = NewType("ModelId", int)
JobId = NewType("JobId", str)
