namespace CourseKit.Plots;

/// <summary>The plotly.js from Plotly.NET's own assembly. With this file, charts need no internet connection.</summary>
internal static class PlotlyScript
{
    private const string Resource = "Plotly.NET.plotly-2.28.0.min.js";
    private static readonly Lazy<string> Script = new(Read);

    /// <summary>
    /// A script element that sets window.Plotly, once per page. The function around the script hides the page's module loader, e.g. that of the
    /// classic Jupyter notebook. Otherwise plotly.js would register with the loader and not set window.Plotly.
    /// </summary>
    public static string Html => Script.Value;

    private static string Read()
    {
        using var stream = typeof(Plotly.NET.Trace).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"Plotly.NET's assembly has no resource {Resource}: the package was updated; name the new one here.");
        using var reader = new StreamReader(stream);
        return $"<script>if (!window.Plotly) (function (define, module, exports) {{\n{reader.ReadToEnd()}\n}})();</script>";
    }
}
