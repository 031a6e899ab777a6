"""Values and rules of labelling. Standard library only; nothing here reads a file or draws a pixel."""
