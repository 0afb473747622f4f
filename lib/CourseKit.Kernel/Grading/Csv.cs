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
    /// Whether names stay as they are, for a system that looks students up by them. A name is <c>-</c>, <c>@</c> or <c>+</c> before letters, digits
    /// and <c>. _ - @</c>, as in <c>@anna</c>. It calls no function, so a spreadsheet that takes it for a formula does no harm.
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

    // The place before a sign that begins a formula, where blanks, quotes and characters that nobody sees may stand before the sign; and the place
    // before a control character that begins the text.
    [GeneratedRegex("""^(?=\p{Cc})|(?<=^|[;\t\r\n])(?=[\s\p{C}"]*[=+\-@＝＋－＠])""", RegexOptions.CultureInvariant)]
    private static partial Regex BeforeFormula();

    [GeneratedRegex(@"^[+-]?\d+(\.\d+)?(E[+-]?\d+)?\z", RegexOptions.CultureInvariant | RegexOptions.ECMAScript)]
    private static partial Regex ANumber();

    [GeneratedRegex(@"^[-@+][\p{L}\p{Nd}._@-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex AName();

    [GeneratedRegex("""[,;"\t\n\r]|^ | \z""", RegexOptions.CultureInvariant)]
    private static partial Regex Splits();
}
