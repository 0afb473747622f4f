namespace CourseKit.Kernel.Notebooks.Html;

/// <summary>The style sheets and scripts that go into every page, from the folder Assets.</summary>
internal static class Assets
{
    public static string ThemeCss { get; } = Read("theme.css");

    public static string ThemeJs { get; } = Read("theme.js");

    public static string PageCss { get; } = Read("page.css");

    public static string PageJs { get; } = Read("page.js");

    public static string CoverCss { get; } = Read("cover.css");

    /// <summary>LaTeX to MathML in the browser. Its licence asks for its notice in every copy.</summary>
    public static string Temml { get; } = $"/* Temml\n{Read("temml.LICENSE")}*/\n{Read("temml.min.js")}";

    private static string Read(string name)
    {
        using var stream = typeof(Assets).Assembly.GetManifestResourceStream($"Html.{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
