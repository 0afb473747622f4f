using System.Security.Cryptography;
using System.Text;

namespace CourseKit.Kernel.Pages;

/// <summary>The content security policies of the pages. Pictures, fonts and styles come from the page itself, and forms cannot be sent.</summary>
internal static class PagePolicy
{
    private const string Content = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; form-action 'none'; base-uri 'none'; ";

    /// <summary>
    /// Scripts of a cell's own HTML run, but can load nothing. 'unsafe-eval' is allowed because charts in WebGL compile functions.
    /// </summary>
    public const string AnyInlineScript =
        Content + "img-src data: blob:; media-src data: blob:; script-src 'unsafe-inline' 'unsafe-eval' blob:; worker-src blob:";

    /// <summary>Only these scripts run: the policy names each by the hash of its text. Frames of the page inherit the policy.</summary>
    /// <param name="scripts">The text of each script element, exactly as it is on the page.</param>
    public static string Only(params IEnumerable<string> scripts) =>
        Content + "img-src data:; media-src data:; script-src " + string.Join(' ', scripts.Select(script => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'"));
}
