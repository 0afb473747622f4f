using System.Data;
using CourseKit.Kernel.Display;

namespace CourseKit.Kernel.Tests.Display;

public sealed class DataTableTests
{
    private static DataTable People(params object?[][] rows)
    {
        var table = new DataTable("T") { Columns = { { "Id", typeof(int) }, { "Name", typeof(string) } } };
        foreach (var row in rows)
            table.Rows.Add(row);
        return table;
    }

    [Fact]
    public void A_table_shows_its_columns_and_rows()
    {
        var table = People([1, "Ann"], [22, "<Bob>\n"]);
        foreach (var shown in new object[] { table, table.DefaultView })
        {
            Assert.Equal("<table><thead><tr><th>Id</th><th>Name</th></tr></thead><tbody><tr><td>1</td><td>Ann</td></tr><tr><td>22</td><td>&lt;Bob&gt;\n</td></tr></tbody></table>", Html(shown));
            Assert.Equal("Id  Name\n1   Ann\n22  <Bob>", Plain(shown));
        }
    }

    [Fact]
    public void Nothing_and_all_types_of_cells_are_shown()
    {
        var table = new DataTable { Columns = { { "a", typeof(DateTime) }, { "b", typeof(byte[]) }, { "c", typeof(decimal) }, { "d", typeof(object) }, { "e", typeof(Guid) } } };
        table.Rows.Add(new DateTime(2024, 2, 1), new byte[] { 1, 2 }, 1.5m, null, DBNull.Value);
        Assert.Equal("a                    b         c    d         e\n02/01/2024 00:00:00  [ 1, 2 ]  1.5  <DBNull>  <DBNull>", Plain(table));
        Assert.EndsWith("<td>[ 1, 2 ]</td><td>1.5</td><td>&lt;DBNull&gt;</td><td>&lt;DBNull&gt;</td></tr></tbody></table>", Html(table), StringComparison.Ordinal);
    }

    [Fact]
    public void Long_and_wide_tables_are_cut_and_say_so()
    {
        var table = new DataTable();
        for (var i = 0; i < 25; i++)
            table.Columns.Add($"c{i}", typeof(string));
        for (var i = 0; i < 5000; i++)
            table.Rows.Add(new string('x', 1000));
        var (html, plain) = (Html(table), Plain(table).Split('\n'));
        Assert.Contains("<th>c19</th><th>...</th></tr>", html, StringComparison.Ordinal);
        Assert.EndsWith("<i>... (20 of 5,000 rows)</i></td></tr></tbody></table>", html, StringComparison.Ordinal);
        Assert.Equal(22, plain.Length);
        Assert.EndsWith("c19       ...", plain[0], StringComparison.Ordinal);
        Assert.StartsWith(new string('x', 200) + "...", plain[1], StringComparison.Ordinal);
        Assert.Equal("... (20 of 5,000 rows)", plain[21]);
    }

    [Fact]
    public void An_empty_table_shows_its_columns()
    {
        Assert.Equal("Id  Name\n(no rows)", Plain(People()));
        Assert.Equal("<table><thead><tr><th>Id</th><th>Name</th></tr></thead><tbody><tr><td colspan=\"2\"><i>(no rows)</i></td></tr></tbody></table>", Html(People()));
        Assert.Equal("\n(no rows)", Plain(new DataTable()));
        Assert.Equal("\n(no rows)", Plain(new DataView()));
    }

    [Fact]
    public void Deleted_rows_are_not_shown_and_views_show_what_they_filter()
    {
        var table = People([1, "Ann"], [2, "Bob"], [3, "Cid"]);
        table.AcceptChanges();
        table.Rows[1].Delete();
        Assert.Equal("Id  Name\n1   Ann\n3   Cid", Plain(table));
        Assert.Equal("Id  Name\n3   Cid\n1   Ann", Plain(new DataView(table, "", "Id DESC", DataViewRowState.CurrentRows)));
        Assert.Equal("Id  Name\n2   Bob", Plain(new DataView(table, "", "", DataViewRowState.Deleted)));
        Assert.Equal("DataRow { Id = (DeletedRowInaccessibleException), Name = (DeletedRowInaccessibleException) }", Plain(table.Rows[1]));
    }

    [Fact]
    public void Rows_show_their_cells()
    {
        var table = People([1, "Ann"], [2, null]);
        Assert.Equal("DataRow { Id = 1, Name = Ann }", Plain(table.Rows[0]));
        Assert.Contains("<tr><td>Name</td><td>&lt;DBNull&gt;</td></tr>", Html(table.Rows[1]), StringComparison.Ordinal);
        Assert.Equal("DataRowView { Id = 1, Name = Ann }", Plain(table.DefaultView[0]));
        Assert.Equal("DataRow { Id = <DBNull>, Name = <DBNull> }", Plain(table.NewRow()));
        foreach (var rows in new object[] { table.Rows, table.Select("Id < 2").Append(table.Rows[1]), table.AsEnumerable() })
            Assert.Equal("<table><thead><tr><th>Id</th><th>Name</th></tr></thead><tbody><tr><td>1</td><td>Ann</td></tr><tr><td>2</td><td>&lt;DBNull&gt;</td></tr></tbody></table>", Html(rows));
    }

    [Fact]
    public void A_set_shows_each_table_under_its_name()
    {
        var set = new DataSet("Shop") { Tables = { People([1, "Ann"]), new DataTable("<U>") } };
        Assert.Equal("DataSet Shop (2 tables)\n\nDataTable T (1 rows, 2 columns)\nId  Name\n1   Ann\n\nDataTable <U> (0 rows, 0 columns)\n\n(no rows)", Plain(set));
        Assert.StartsWith("<p>DataSet Shop (2 tables)</p><p>DataTable T (1 rows, 2 columns)</p><table><thead><tr><th>Id</th>", Html(set), StringComparison.Ordinal);
        Assert.Contains("<p>DataTable &lt;U&gt; (0 rows, 0 columns)</p>", Html(set), StringComparison.Ordinal);
    }

    [Fact]
    public void Inside_other_values_tables_are_named_with_their_size()
    {
        var table = People([1, "Ann"]);
        Assert.Equal("(DataTable T (1 rows, 2 columns), DataView T (1 rows, 2 columns), DataSet S (0 tables))", Plain((table, table.DefaultView, new DataSet("S"))));
        Assert.Equal("Added", Plain(DataRowState.Added));
    }

    [Fact]
    public void A_cell_that_holds_its_own_table_ends()
    {
        var table = new DataTable("T") { Columns = { { "Me", typeof(object) } } };
        table.Rows.Add(table);
        Assert.Equal("Me\nDataTable T (1 rows, 1 columns)", Plain(table));
        table.Rows[0][0] = table.Rows[0];
        Assert.Equal("DataRow { Me = DataRow { Me = DataRow { Me = DataRow } } }", Plain(table.Rows[0]));
    }

    [Fact]
    public void A_typed_table_is_a_table() => Assert.Equal("n\n1", Plain(new Typed { Rows = { { 1 } } }));

    private static string Html(object value) => CellAlignment.Without(Formatter.Format(value).Text("text/html")!);

    private static string Plain(object value) => Formatter.Format(value).Text("text/plain")!;

    private sealed class Typed : DataTable
    {
        public Typed() => Columns.Add("n", typeof(int));
    }
}
