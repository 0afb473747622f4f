using System.Text.RegularExpressions;
using CourseKit.Kernel.Display;

namespace CourseKit.Kernel.Session.Output;

/// <summary>The display functions, which every cell may call without a using. Their names are those of other C# notebooks.</summary>
#pragma warning disable CA1708 // Notebooks use both names: `display(x)` and `x.Display()`.
public static partial class DisplayFunctions
#pragma warning restore CA1708
{
    /// <summary>Displays a value in the running cell, from any thread.</summary>
    /// <param name="value">Any value, also null.</param>
    /// <param name="mimeTypes">The MIME types to show, e.g. <c>text/html</c>; empty for all that the value has.</param>
    /// <returns>A handle that can replace the displayed value.</returns>
    public static DisplayedValue display(object? value, params string[] mimeTypes) => new(Formatter.Format(value, mimeTypes), mimeTypes);

    /// <inheritdoc cref="display"/>
    public static DisplayedValue Display(this object? value, params string[] mimeTypes) => display(value, mimeTypes);

    /// <summary>Displays text as content of the given MIME type.</summary>
    /// <param name="text">The content, e.g. HTML.</param>
    /// <param name="mimeType">The content's MIME type, e.g. <c>text/html</c>.</param>
    public static DisplayedValue DisplayAs(this string text, string mimeType) =>
        new(new MimeText(mimeType, text).ToBundle(), [mimeType]);

    /// <summary>Marks text as HTML. As a cell's last expression, or displayed, the text is shown unchanged.</summary>
    /// <param name="content">The HTML.</param>
    public static MimeText HTML(string content) => new("text/html", content);

    /// <summary>Marks text as Markdown.</summary>
    /// <param name="content">The Markdown.</param>
    public static MimeText Markdown(string content) => new("text/markdown", content);

    /// <summary>Marks text as LaTeX: a formula, or text with formulas between <c>$</c>, <c>$$</c>, <c>\(...\)</c> or <c>\[...\]</c>.</summary>
    /// <param name="content">The LaTeX. Text without these delimiters is shown as one formula on a line of its own.</param>
    public static MimeText LaTeX(string content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return new("text/latex", LatexDelimiter().IsMatch(content) ? content : $"$${content.Trim()}$$");
    }

    /// <summary>Marks text as an SVG picture.</summary>
    /// <param name="content">The svg element. A missing SVG namespace is added, because browsers do not draw the picture without it.</param>
    public static MimeText SVG(string content)
    {
        ArgumentNullException.ThrowIfNull(content);
        const string Namespace = "http://www.w3.org/2000/svg";
        var at = content.IndexOf("<svg", StringComparison.Ordinal);
        return new("image/svg+xml", at < 0 || content.Contains(Namespace, StringComparison.Ordinal) ? content : content.Insert(at + "<svg".Length, $" xmlns=\"{Namespace}\""));
    }

    /// <summary>Asks the user of the front end for a line, as <c>Console.ReadLine</c> does, with a prompt beside the input.</summary>
    /// <param name="prompt">The text beside the input.</param>
    /// <exception cref="InvalidOperationException">No cell runs, or the front end takes no input.</exception>
    public static string Input(string prompt = "") => RunningCell.Ask(new(prompt, IsPassword: false));

    /// <summary>Asks the user of the front end for a password. The typed text is hidden.</summary>
    /// <param name="prompt">The text beside the input.</param>
    /// <exception cref="InvalidOperationException">No cell runs, or the front end takes no input.</exception>
    public static string Password(string prompt = "Password: ") => RunningCell.Ask(new(prompt, IsPassword: true));

    /// <summary>Removes the running cell's outputs so far.</summary>
    /// <param name="wait">True to remove them only when the next output arrives.</param>
    public static void ClearOutput(bool wait = false) => RunningCell.Emit(new ClearOutput(wait));

    // An escaped dollar does not match, nor does the \\[4pt] at the end of a matrix row. The listed environments need no delimiters.
    [GeneratedRegex(@"(?<!\\)(\$|\\\(|\\\[)|^\s*\\begin\{(align|equation|gather|multline|eqnarray)")]
    private static partial Regex LatexDelimiter();
}
