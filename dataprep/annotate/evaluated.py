"""Which rows of a run the items of its evaluation are."""

import polars as pl


def rows_of_items(items: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The items that are rows, in their order; others are left out.

    Args:
        items: `item`: the id of its row, or where the file came from elsewhere another; `place`: `SOURCE:ROW`; and
            what is known of it.
        rows: With `id, source, row`.

    Returns:
        `items` with the `id` of the row in place of `item` and `place`.
    """
    places = rows.select(place=pl.format("{}:{}", "source", "row"), _id="id")
    placed = items.join(places, on="place", how="left", maintain_order="left")
    is_row = pl.col("item").is_in(rows["id"].implode())
    named = placed.with_columns(id=pl.when(is_row).then("item").otherwise("_id"))
    return named.drop_nulls("id").drop("item", "place", "_id")
