// Cannot be loaded: a module that it needs does not exist.
import 'no-such-module-anywhere';
