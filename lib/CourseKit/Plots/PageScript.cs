using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using CourseKit.Common;
using Newtonsoft.Json;

namespace CourseKit.Plots;

/// <summary>
/// HTML with a script that makes the HTML interactive. The script is inside the HTML and loads no other files, so it works offline. A viewer that
/// runs no scripts, such as GitHub, shows the HTML that is there without the script.
/// </summary>
internal static partial class PageScript
{
    private static readonly string Style = Read("PageScript.css"), Mount = Read("PageScript.js");

    /// <summary>An element, and the script that draws into this element.</summary>
    /// <param name="script">The name of an embedded .js file, without extension. The file holds a JavaScript function with four parameters: the
    /// element, the model, a function that makes elements, and one that tells a screen reader what has changed.</param>
    /// <param name="model">The data that the script draws. They are passed as JSON.</param>
    /// <param name="withoutScript">HTML to show if no script runs. The script removes it.</param>
    /// <param name="engine">The name of another embedded .js file, with a function that makes something of the model, which the script gets as its fifth
    /// parameter; null for none.</param>
    public static string Html(string script, object model, string withoutScript, string? engine = null)
    {
        // The JSON is escaped, so that no text in the model can end the script element.
        var json = JsonConvert.SerializeObject(model, new JsonSerializerSettings { StringEscapeHandling = StringEscapeHandling.EscapeHtml });
        // The key is a hash of the content, so the same content gives the same HTML in every run. The script draws each element with the key once.
        var key = "ck-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(script + json)))[..16];
        var draw = engine is null ? Read(script + ".js")
            : $"(root, model, element, say) => ({Read(script + ".js")})(root, model, element, say, ({Read(engine + ".js")})(model))";
        return $"<style>{Style}</style><div class=\"ck-moving {key}\">{withoutScript}</div><script>({Mount})({draw}, {json}, \"{key}\");</script>";
    }

    // Without indents and lines of comments, since every output carries its script.
    private static string Read(string name) => Indent().Replace(Resource.Text("Plots." + name), "");

    [GeneratedRegex(@"^[ \t]*//.*\n|^[ \t]+", RegexOptions.Multiline)]
    private static partial Regex Indent();
}
