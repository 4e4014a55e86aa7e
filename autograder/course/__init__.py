"""What the instructor wrote: settings, notebooks, sheets, kit, hidden side. Imports `formats`, `model`, `handin`."""
