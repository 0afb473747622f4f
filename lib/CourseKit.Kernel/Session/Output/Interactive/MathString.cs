using CourseKit.Kernel.Display;

namespace Microsoft.DotNet.Interactive.Jupyter.Formatting;

/// <summary>
/// A formula, as .NET Interactive writes it: <c>(MathString)@"x^2"</c>. It is displayed as LaTeX. Every cell may name it without a using, as in that
/// tool's older versions; the newer ones want one for this namespace.
/// </summary>
/// <param name="latexCode">The formula, with or without dollars.</param>
public sealed class MathString(string latexCode) : MimeText("text/latex", $"$${latexCode.Trim('$', ' ')}$$")
{
    /// <summary>Marks a text as a formula.</summary>
    /// <param name="source">The formula.</param>
    public static implicit operator MathString(string source) => new(source);
}
