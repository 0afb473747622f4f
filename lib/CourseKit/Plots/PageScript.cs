using System.Security.Cryptography;
using System.Text;
using CourseKit.Common;
using Newtonsoft.Json;

namespace CourseKit.Plots;

/// <summary>
/// HTML with a script that makes it interactive. The script is plain JavaScript inside the HTML. It loads nothing and works offline in every front
/// end. A viewer that runs no scripts (GitHub's) shows the HTML that was there before.
/// </summary>
internal static class PageScript
{
    private static readonly string Style = Read("PageScript.css"), Mount = Read("PageScript.js");

    /// <summary>An element, and the script that draws into this element.</summary>
    /// <param name="script">The embedded .js file's name without extension. The file holds a function of the element, the model and a maker of
    /// elements.</param>
    /// <param name="model">What the script draws, as JSON.</param>
    /// <param name="withoutScript">HTML that the script removes.</param>
    public static string Html(string script, object model, string withoutScript)
    {
        // The JSON is escaped, so that no text in the model can end the script element.
        var json = JsonConvert.SerializeObject(model, new JsonSerializerSettings { StringEscapeHandling = StringEscapeHandling.EscapeHtml });
        // The same content has the same key in every run. The script draws each element with this key once.
        var key = "ck-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(script + json)))[..16];
        return $"<style>{Style}</style><div class=\"ck-moving {key}\">{withoutScript}</div>"
            + $"<script>({Mount})({Read(script + ".js")}, {json}, \"{key}\");</script>";
    }

    private static string Read(string name) => Resource.Text("Plots." + name);
}
