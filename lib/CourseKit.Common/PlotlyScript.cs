using System.IO.Compression;
using System.Reflection;

namespace CourseKit.Common;

/// <summary>A script element that brings plotly.js to a page. With it, charts need no internet connection.</summary>
internal static class PlotlyScript
{
    /// <summary>
    /// The script element. It sets a variable of the window, if the page has none of its name. The function around plotly.js hides the page's module
    /// loader, such as that of the classic Jupyter notebook, because plotly.js would register with the loader.
    /// </summary>
    /// <param name="packed">plotly.js, of any version or partial build, compressed by gzip: to a third of its size, because each notebook carries it.</param>
    /// <param name="name">The variable. A page can hold two plotly.js, each with its own kinds of chart, so each has its own variable.</param>
    public static string Html(byte[] packed, string name) => $$"""
        <script>if (!window.{{name}}) (async () => {
          const packed = Uint8Array.from(atob("{{Convert.ToBase64String(packed)}}"), c => c.charCodeAt(0));
          const script = document.createElement("script");
          script.textContent = "(function (define, module, exports) {\n"
            + await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text()
            + "\nwindow.{{name}} = module.exports;\n})(undefined, { exports: {} }, {});";
          if (!window.{{name}}) document.head.append(script);
        })();</script>
        """;

    /// <summary>The whole plotly.js inside an assembly of Plotly.NET, of any version, compressed by gzip; null if the assembly holds none.</summary>
    public static byte[]? Packed(Assembly plotlyNet)
    {
        var name = plotlyNet.GetManifestResourceNames().FirstOrDefault(name => name.Contains("plotly", StringComparison.Ordinal) && name.EndsWith(".min.js", StringComparison.Ordinal));
        if (name is null)
            return null;
        using var packed = new MemoryStream();
        using (var script = plotlyNet.GetManifestResourceStream(name)!)
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            script.CopyTo(gzip);
        return packed.ToArray();
    }
}
