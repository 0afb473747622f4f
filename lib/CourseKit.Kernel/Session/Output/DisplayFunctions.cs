using System.Text.RegularExpressions;
using CourseKit.Kernel.Display;
using Microsoft.DotNet.Interactive;

namespace CourseKit.Kernel.Session.Output;

/// <summary>The display functions, which every cell may call without a using. Their names are those of other C# notebooks.</summary>
public static partial class DisplayFunctions
{
    /// <summary>Displays a value in the running cell, from any thread.</summary>
    /// <param name="value">Any value, also null.</param>
    /// <param name="mimeTypes">The MIME types to show, e.g. <c>text/html</c>; empty for all that the value has.</param>
    /// <returns>A handle that can replace the displayed value.</returns>
    public static DisplayedValue display(object? value, params string[] mimeTypes) => new(Formatter.Format(value, mimeTypes), mimeTypes);

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

    /// <summary>Runs JavaScript in the page.</summary>
    /// <param name="script">The script, without a script element around it.</param>
    public static void Javascript(string script)
    {
        ArgumentNullException.ThrowIfNull(script);
        display(new MimeText("text/html", ScriptElement(script)));
    }

    /// <summary>Adds a style sheet to the page.</summary>
    /// <param name="content">The rules, without a style element around them.</param>
    public static void CSS(string content)
    {
        ArgumentNullException.ThrowIfNull(content);
        display(new MimeText("text/html", $"<style>{content.Replace("</style", "<\\/style", StringComparison.OrdinalIgnoreCase)}</style>"));
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

    /// <summary>Asks as <see cref="Input"/> does. It is a task because .NET Interactive's function of this name is one.</summary>
    /// <param name="prompt">The text beside the input.</param>
    /// <param name="typeHint">What kind of text is asked for. Only <c>password</c> makes a difference.</param>
    /// <exception cref="InvalidOperationException">No cell runs, or the front end takes no input.</exception>
    public static Task<string> GetInputAsync(string prompt = "", string typeHint = "text") =>
        Task.FromResult(RunningCell.Ask(new(prompt, IsPassword: typeHint == "password")));

    /// <summary>Asks as <see cref="Password"/> does, and wraps the answer as .NET Interactive's function of this name does.</summary>
    /// <param name="prompt">The text beside the input.</param>
    /// <exception cref="InvalidOperationException">No cell runs, or the front end takes no input.</exception>
    public static Task<PasswordString> GetPasswordAsync(string prompt = "Password: ") => Task.FromResult(new PasswordString(Password(prompt)));

    /// <summary>Removes the running cell's outputs so far.</summary>
    /// <param name="wait">True to remove them only when the next output arrives.</param>
    public static void ClearOutput(bool wait = false) => RunningCell.Emit(new ClearOutput(wait));

#pragma warning disable CA1034 // `using static` brings nested types into scope, and this one is written without a using.
    /// <summary>Text with formulas, as .NET Interactive writes it: <c>(LaTeXString)@"\begin{align} ... \end{align}"</c>.</summary>
    /// <param name="latexCode">The LaTeX.</param>
    public sealed class LaTeXString(string latexCode) : MimeText("text/latex", latexCode)
    {
        /// <summary>Marks a text as LaTeX.</summary>
        /// <param name="source">The LaTeX.</param>
        public static implicit operator LaTeXString(string source) => new(source);
    }
#pragma warning restore CA1034

    /// <summary>A script element. For a browser the first end tag ends it, even one inside a JavaScript string, so such a tag is escaped.</summary>
    internal static string ScriptElement(string script) => $"<script>{script.Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase)}</script>";

    // An escaped dollar does not match, nor does the \\[4pt] at the end of a matrix row. The listed environments need no delimiters.
    [GeneratedRegex(@"(?<!\\)(\$|\\\(|\\\[)|^\s*\\begin\{(align|equation|gather|multline|eqnarray)")]
    private static partial Regex LatexDelimiter();
}
