using System.Text;
using System.Text.RegularExpressions;

namespace CourseKit.Tests.Plots;

/// <summary>The drawings among the images of some HTML.</summary>
internal static class SvgText
{
    public static string Of(string html) => string.Concat(Regex.Matches(html, "src=\"data:image/svg\\+xml;base64,([^\"]+)\"")
        .Select(image => Encoding.UTF8.GetString(Convert.FromBase64String(image.Groups[1].Value))));
}
