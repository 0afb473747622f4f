using CourseKit.Kernel.Display;

namespace CourseKit.Kernel.Tests.Display;

/// <summary>Where the cells of tables stand: front ends have rules for cells that say nothing themselves.</summary>
public sealed class CellAlignment
{
    private const string Left = " style=\"text-align:left\"", Right = " style=\"text-align:right\"";

    /// <summary>A table without the alignments, for tests of what is in it.</summary>
    internal static string Without(string html) => html.Replace(Left, "", StringComparison.Ordinal).Replace(Right, "", StringComparison.Ordinal);

    [Fact]
    public void Texts_stand_left_and_columns_of_numbers_right()
    {
        var html = Formatter.Format(new[] { new { Name = "Ada", Share = "12 %", Count = (int?)1000, Mixed = (object)3 }, new { Name = "7", Share = "3%", Count = (int?)null, Mixed = (object)"x" } }).Text("text/html")!;
        Assert.Equal($"<table><thead><tr><th{Left}>Name</th><th{Right}>Share</th><th{Right}>Count</th><th{Left}>Mixed</th></tr></thead><tbody>"
            + $"<tr><td{Left}>Ada</td><td{Right}>12 %</td><td{Right}>1000</td><td{Left}>3</td></tr>"
            + $"<tr><td{Left}>7</td><td{Right}>3%</td><td{Right}>&lt;null&gt;</td><td{Left}>x</td></tr></tbody></table>", html);
    }

    [Fact]
    public void What_is_below_the_rows_stands_left_and_columns_without_any_number_too()
    {
        Assert.Contains($"<td{Left} colspan=\"1\"><i>... (20 of 50 rows)", Formatter.Format(Enumerable.Range(0, 50).ToList()).Text("text/html"), StringComparison.Ordinal);
        Assert.Equal($"<table><tbody><tr><td{Left}>&lt;null&gt;</td></tr></tbody></table>", Formatter.Format(new string?[] { null }).Text("text/html"));
    }
}
