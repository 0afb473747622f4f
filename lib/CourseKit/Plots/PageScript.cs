using System.Security.Cryptography;
using System.Text;
using CourseKit.Common;
using Newtonsoft.Json;

namespace CourseKit.Plots;

/// <summary>
/// HTML that a script brings to life: plain JavaScript that rides along, asks for nothing and works offline in every front end. A viewer that
/// runs no script (GitHub's) shows what stands there without.
/// </summary>
internal static class PageScript
{
    private static readonly string Style = Read("PageScript.css"), Mount = Read("PageScript.js");

    /// <summary>An element, and the script that draws into it.</summary>
    /// <param name="script">The embedded .js file's name without extension: a function of the element, the model and a maker of elements.</param>
    /// <param name="model">What the script draws, as JSON.</param>
    /// <param name="withoutScript">HTML that the script takes away.</param>
    public static string Html(string script, object model, string withoutScript)
    {
        // Escaped so that no text in the model can end the script element.
        var json = JsonConvert.SerializeObject(model, new JsonSerializerSettings { StringEscapeHandling = StringEscapeHandling.EscapeHtml });
        // The same content has the same key, run after run; the script draws each element of that key once.
        var key = "ck-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(script + json)))[..16];
        return $"<style>{Style}</style><div class=\"ck-moving {key}\">{withoutScript}</div>"
            + $"<script>({Mount})({Read(script + ".js")}, {json}, \"{key}\");</script>";
    }

    private static string Read(string name) => Resource.Text("Plots." + name);
}
