using System.Globalization;
using System.Text.RegularExpressions;

namespace CourseKit.Kernel.Grading;

/// <summary>
/// Writes CSV as in RFC 4180, but with <c>\n</c> as line end. An apostrophe is put before text that a spreadsheet would take for a formula. In
/// countries with a decimal comma, spreadsheets split a row at its semicolons, also within quotes. So text after a semicolon counts as a cell, too.
/// </summary>
internal static partial class Csv
{
    /// <param name="rows">The rows, each with its cells.</param>
    /// <param name="names">
    /// Whether names stay as they are, for a system that looks students up by them. Such a name is a <c>-</c>, <c>@</c> or <c>+</c>, and then only
    /// letters, digits and <c>. _ - @</c>, as in <c>@anna</c>. It calls no function, so a spreadsheet that takes it for a formula does no harm.
    /// </param>
    public static string Of(IEnumerable<IEnumerable<string>> rows, bool names = false) =>
        string.Concat(rows.Select(row => string.Join(',', row.Select(text => Cell(text, names))) + "\n"));

    public static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Cell(string text, bool names)
    {
        var asItIs = ANumber().IsMatch(text) || (names && AName().IsMatch(text));
        var cell = asItIs ? text : BeforeFormula().Replace(text, "'");
        return Splits().IsMatch(cell) ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
    }

    // Finds two places: before a control character at the beginning of the text, and at the beginning of a cell that may be taken for a formula.
    // In such a cell, blanks, quotes and invisible characters may come before the sign of the formula.
    [GeneratedRegex("""^(?=\p{Cc})|(?<=^|[;\t\r\n])(?=[\s\p{C}"]*[=+\-@＝＋－＠])""", RegexOptions.CultureInvariant)]
    private static partial Regex BeforeFormula();

    [GeneratedRegex(@"^[+-]?\d+(\.\d+)?(E[+-]?\d+)?\z", RegexOptions.CultureInvariant | RegexOptions.ECMAScript)]
    private static partial Regex ANumber();

    [GeneratedRegex(@"^[-@+][\p{L}\p{Nd}._@-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex AName();

    [GeneratedRegex("""[,;"\t\n\r]|^ | \z""", RegexOptions.CultureInvariant)]
    private static partial Regex Splits();
}
