"""The version of the rehearsed release: as declared, as tagged, or assumed for the next release."""
