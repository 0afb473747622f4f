using System.Text;
using CourseKit.Common;

namespace CourseKit.Kernel.Pages;

/// <summary>The style sheets, scripts and the font of the pages. They are embedded from the folder Assets.</summary>
internal static class Assets
{
    public static string ThemeCss { get; } = Read("theme.css");

    public static string ThemeJs { get; } = Read("theme.js");

    public static string PageCss { get; } = Read("page.css");

    public static string PageJs { get; } = $"const ink = {Resource.Text("Common.ink.js")};\n{Read("page.js")}";

    public static string CoverCss { get; } = Read("cover.css");

    public static string ClassCss { get; } = Read("class.css");

    /// <summary>The style of HTML in a frame; it comes after <see cref="ThemeCss"/>.</summary>
    public static string FrameCss { get; } = Read("frame.css");

    /// <summary>The script that converts LaTeX to MathML in the browser. Its licence asks for its notice in every copy.</summary>
    public static string Temml { get; } = $"/* Temml\n{Read("temml.LICENSE")}*/\n{Read("temml.min.js")}";

    /// <summary>
    /// A font with the OpenType table for mathematics. Without such a font, as on a plain Debian, Chromium puts subscripts on the baseline and does
    /// not enlarge brackets. Its licence asks for its notice, too.
    /// </summary>
    public static string MathFontCss { get; } =
        $"/* {Read("math.woff2.LICENSE")}*/\n@font-face {{ font-family: \"CourseKit Math\"; src: url(data:font/woff2;base64,{Convert.ToBase64String(Bytes("math.woff2"))}); }}\n";

    // A browser reads each line end as \n before it hashes a script, so a checkout with other line ends must give the same text.
    private static string Read(string name) => Encoding.UTF8.GetString(Bytes(name)).ReplaceLineEndings("\n");

    private static byte[] Bytes(string name) => Resource.Bytes($"Html.{name}");
}
