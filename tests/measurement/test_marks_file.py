from __future__ import annotations

import csv
import io
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.measurement.marks_file import Fault, MarksFile, UnusableFile, read_marks


def read(text: str) -> MarksFile:
    return read_marks(text.encode())


def faults(text: str | bytes) -> list[Fault]:
    with pytest.raises(UnusableFile) as caught:
        read_marks(text.encode() if isinstance(text, str) else text)
    return caught.value.faults


def read_or_refused(content: bytes) -> MarksFile | UnusableFile:
    try:
        return read_marks(content)
    except UnusableFile as unusable:
        return unusable


def rows(found: MarksFile) -> list[list[float | None]]:
    return [[None if math.isnan(one) else one for one in row] for row in found.marks.values.tolist()]


def test_reads_people_items_marks_and_gaps() -> None:
    found = read("id,q1,q2\nann,1,0.5\nben,,0\n")

    assert found.people == ["ann", "ben"]
    assert found.marks.items == ("q1", "q2")
    assert rows(found) == [[1, 0.5], [None, 0]]
    assert found.warnings == []


@pytest.mark.parametrize(
    "content",
    [
        b"id;q1;q2\nann;0,5;1\n",
        b"id\tq1\tq2\r\nann\t0.5\t1\r\n",
        b"id|q1|q2\nann|0.5|1",
        "\ufeffid,q1,q2\nann,0.5,1\n".encode(),
        b"sep=;\nid;q1;q2\nann;0,5;1\n",
        "id\tq1\tq2\nann\t0,5\t1\n".encode("utf-16"),
        '"id","q1","q2"\n"ann","0,5","1"\n'.replace("0,5", "0.5").encode(),
        b"\n\nid,q1,q2,,\n\n ann , 0.5 ,1.0,,\n,,\n",
        b"id,q1,q2\rann,.5,1\r",
    ],
)
def test_the_ways_tables_are_saved(content: bytes) -> None:
    found = read_marks(content)

    assert (found.people, found.marks.items, rows(found)) == (["ann"], ("q1", "q2"), [[0.5, 1]])
    assert found.warnings == []


def test_old_windows_files_are_read_with_a_warning() -> None:
    found = read_marks("id,q1\nRené,1\n".encode("cp1252"))

    assert found.people == ["René"]
    assert "Windows-1252" in found.warnings[0]


@pytest.mark.parametrize("content", [b"", b"\n\n  \n", b"\xef\xbb\xbf", b",,\n"])
def test_an_empty_file(content: bytes) -> None:
    (fault,) = faults(content)
    assert "empty" in fault.what or "only one column" in fault.what


@pytest.mark.parametrize("content", [b"PK\x03\x04\0\0", b"\x89PNG\0\xff", b"\xff\xfe\x00"])
def test_what_is_no_text(content: bytes) -> None:
    assert "no text file" in faults(content)[0].what


def test_one_column_and_no_people() -> None:
    assert faults("id\nann\n") == [
        Fault(1, "only one column", "the first column is an id, then follows one column for each item")
    ]
    assert faults("id,q1\n")[0].what == "a header row and no people"


def test_every_bad_cell_is_named_by_line_and_column() -> None:
    found = faults("id,q1,q2\nann,abc,2\n\nben,-0.1,1\neve,1e999,inf\n")

    assert [(fault.line, fault.what) for fault in found] == [
        (2, "column 'q1': 'abc' is not a mark (and 1 more such cells in this column, next in line 5)"),
        (2, "column 'q2': '2' is outside 0 to 1"),
        (4, "column 'q1': '-0.1' is outside 0 to 1"),
        (5, "column 'q2': 'inf' is not a mark"),
    ]
    assert str(found[1]) == "line 2: column 'q2': '2' is outside 0 to 1; divide by the greatest mark of the item"


def test_lines_are_counted_in_the_file_although_a_cell_spans_several() -> None:
    assert faults('id,"q\n1",q2\n"a\nnn",1,1\nben,x,1\n')[0].line == 5
    assert faults("sep=;\nid;q1\nann;x\n")[0].line == 3


def test_many_faults_are_cut_short_and_counted() -> None:
    header = ",".join(f"q{place}" for place in range(80))
    with pytest.raises(UnusableFile) as caught:
        read(f"id,{header}\nann{',x' * 80}\n")
    assert (len(caught.value.faults), caught.value.more) == (50, 30)


def test_names_given_twice_are_refused_and_people_given_twice_count_once() -> None:
    assert faults("id,a,b,a\nann,1,1,1\n")[0].what == "columns 2 and 4 are both called 'a'"

    found = read("id,a\nann,1\nben,0\nann,0\n")

    assert rows(found) == [[1], [0]]
    assert found.warnings == ["Line 4 left out, because the id stands further up already: a person's first row counts."]


def test_a_lacking_header_is_noticed() -> None:
    assert faults("ann,1,0,1\nben,0,1,1\n")[0].what == "holds marks where item names belong"
    assert "if it holds marks" in read("ann,1,0\nben,0,1\n").warnings[0]


def test_ragged_rows_and_unnamed_columns_and_people() -> None:
    found = read("id,a,,c\nann,1\n,1,1,0\n,1,1,0\nben,1,0,NA\neve,1,1,1,,\n")

    assert found.marks.items == ("a", "column 3", "c")
    assert rows(found)[0] == [1, None, None]
    assert len(found.people) == 5
    assert found.warnings == [
        "Column 3 has no name in line 1; called 'column 3'.",
        "Read as not seen: 'NA'.",
        "Line 2 shorter than the header; the missing cells count as not seen.",
        "Lines 3, 4 without an id; each is taken to be another person.",
    ]
    assert faults("id,a\nann,1,1\n")[0].what == "3 cells, but the header has 2"


def test_broken_quotes_are_named_by_the_line_where_they_begin() -> None:
    (fault,) = faults('id,a\nann,1\nben,"1\neve,1\n')
    assert fault.line == 3
    assert "quote" in fault.what
    assert faults("id,a\n" + "x" * 200_000 + ",1\n")[0].line == 2


def test_a_decimal_comma_in_a_comma_table_is_no_guess() -> None:
    assert faults('id,a\nann,"0,5"\n')[0].line == 2
    assert faults("id;a\nann;0,5,1\n")[0].line == 2


cells = st.one_of(st.sampled_from(["", "0", "1", "0.25", "NA", " 1 "]), st.text(max_size=6))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(cells, max_size=5), max_size=6), st.sampled_from(",;\t|"))
def test_any_table_is_read_or_refused_in_words(table: list[list[str]], delimiter: str) -> None:
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows(table)
    found = read_or_refused(written.getvalue().encode("utf-8", errors="replace"))
    if isinstance(found, UnusableFile):
        assert found.faults
        assert all(fault.what and fault.todo and fault.line >= 0 for fault in found.faults)
        return
    assert found.marks.values.shape == (len(found.people), len(found.marks.items))
    known = found.marks.values[~np.isnan(found.marks.values)]
    assert ((known >= 0) & (known <= 1)).all()


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused_in_words(content: bytes) -> None:
    found = read_or_refused(content)
    assert found.faults if isinstance(found, UnusableFile) else found.people


@given(st.lists(st.lists(st.one_of(st.none(), st.floats(0, 1)), min_size=3, max_size=3), min_size=1, max_size=20))
def test_what_is_written_is_read(table: list[list[float | None]]) -> None:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(["id", "a", "b", "c"])
    for number, row in enumerate(table):
        writer.writerow([f"p{number}", *row])

    assert rows(read(written.getvalue())) == table
