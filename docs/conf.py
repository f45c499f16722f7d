"""How the documentation is built; the pages say everything else."""

project = "quire"
author = "the quire project"
copyright = "the quire project"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
exclude_patterns = ["build"]
html_theme = "furo"
html_title = "quire"

# GitHub shows these pages too, so they are plain Markdown: headings get the anchors that GitHub gives them.
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]

autodoc_default_options = {"members": True, "member-order": "bysource", "show-inheritance": True}
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
# Pages link to files of the repository that are no pages.
suppress_warnings = ["myst.xref_missing"]
