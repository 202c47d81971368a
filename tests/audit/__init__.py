"""Other people's checkers of the pages: html-validate, the Nu checker, Lighthouse, the Static Web Apps emulator."""
