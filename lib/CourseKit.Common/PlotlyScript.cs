using System.IO.Compression;
using System.Reflection;

namespace CourseKit.Common;

/// <summary>The plotly.js inside Plotly.NET's own assembly. With it, charts need no internet connection.</summary>
internal static class PlotlyScript
{
    /// <summary>
    /// A script element that sets window.Plotly, if the page has none. The script is compressed, to a third of its size, because each notebook carries
    /// it. The function around it hides the page's module loader, such as that of the classic Jupyter notebook: plotly.js would register with the
    /// loader, and not set window.Plotly.
    /// </summary>
    /// <param name="plotlyNet">The assembly of Plotly.NET, of any version.</param>
    /// <returns>HTML; null if the assembly holds no plotly.js.</returns>
    public static string? Html(Assembly plotlyNet)
    {
        var name = plotlyNet.GetManifestResourceNames().FirstOrDefault(name => name.Contains("plotly", StringComparison.Ordinal) && name.EndsWith(".min.js", StringComparison.Ordinal));
        if (name is null)
            return null;
        using var packed = new MemoryStream();
        using (var script = plotlyNet.GetManifestResourceStream(name)!)
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            script.CopyTo(gzip);
        return $$"""
            <script>if (!window.Plotly) (async () => {
              const packed = Uint8Array.from(atob("{{Convert.ToBase64String(packed.ToArray())}}"), c => c.charCodeAt(0));
              const script = document.createElement("script");
              script.textContent = "(function (define, module, exports) {\n"
                + await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text() + "\n})();";
              if (!window.Plotly) document.head.append(script);
            })();</script>
            """;
    }
}
