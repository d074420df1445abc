"""Pure rules of marking; knows neither content nor a database."""
