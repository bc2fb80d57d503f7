"""Cannot be loaded: a module that it needs does not exist."""

import no_such_module_anywhere  # noqa: F401
