using CourseKit.Kernel.Grading;

namespace CourseKit.Kernel.Tests.Grading;

public sealed class CsvTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a;b", "\"a;b\"")]
    [InlineData("a\tb", "\"a\tb\"")]
    [InlineData("a\rb", "\"a\rb\"")]
    [InlineData("a\nb", "\"a\nb\"")]
    [InlineData("say \"x\"", "\"say \"\"x\"\"\"")]
    [InlineData(" x", "\" x\"")]
    [InlineData("x ", "\"x \"")]
    [InlineData("", "")]
    public void What_a_spreadsheet_would_split_is_quoted(string text, string cell) => Assert.Equal(cell + "\n", Csv.Of([[text]]));

    [Theory]
    [InlineData("=1+1")]
    [InlineData("+cmd|' /C calc'!A0")]
    [InlineData("-anna")]
    [InlineData("@SUM(1)")]
    [InlineData("＝1+1")]
    [InlineData("＋1")]
    [InlineData("－1")]
    [InlineData("＠x")]
    [InlineData(" =1")]
    [InlineData("\u00a0=1")]
    [InlineData("\u3000＝1")]
    [InlineData("\u0001=1")]
    [InlineData("\ufeff=1")]
    [InlineData("\"=1")]
    [InlineData("\tx")]
    [InlineData("\rx")]
    public void Text_that_a_spreadsheet_would_take_for_a_formula_begins_with_an_apostrophe(string text) =>
        Assert.Equal($"'{text}", Csv.Of([[text]]).TrimEnd('\n').Trim('"').Replace("\"\"", "\"", StringComparison.Ordinal));

    [Theory]
    [InlineData("expected 3;=HYPERLINK(1)", "expected 3;'=HYPERLINK(1)")]
    [InlineData("x; \"=1", "x;' \"\"=1")]
    [InlineData("x\n=1", "x\n'=1")]
    [InlineData("x\t＝1", "x\t'＝1")]
    public void So_does_text_after_what_splits_a_row_elsewhere(string text, string cell) => Assert.Equal($"\"{cell}\"\n", Csv.Of([[text]]));

    [Theory]
    [InlineData(-1.5, "-1.5")]
    [InlineData(0.00001, "1E-05")]
    [InlineData(-1e-7, "-1E-07")]
    [InlineData(1e20, "1E+20")]
    public void A_number_is_no_formula(double number, string cell) => Assert.Equal(cell + "\n", Csv.Of([[Csv.Number(number)]]));

    [Theory]
    [InlineData("-anna")]
    [InlineData("@user")]
    [InlineData("+4912345")]
    [InlineData("anna@example.org")]
    [InlineData("-a.b_c-d@example.org")]
    public void A_name_stays_as_it_is_where_another_system_looks_it_up(string name) => Assert.Equal(name + "\n", Csv.Of([[name]], names: true));

    [Theory]
    [InlineData("=anna")]
    [InlineData("-cmd|x!A0")]
    [InlineData("@SUM(A1)")]
    [InlineData("-1+A1")]
    [InlineData("＠anna")]
    [InlineData("@anna\n=1")]
    public void What_could_compute_is_no_name(string text) => Assert.StartsWith("'", Csv.Of([[text]], names: true).TrimStart('"'), StringComparison.Ordinal);
}
