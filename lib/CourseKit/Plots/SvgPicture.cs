using System.Net;
using System.Text;

namespace CourseKit.Plots;

/// <summary>
/// An SVG as the source of an HTML image. JupyterLab strips SVG elements from a notebook that it does not trust, and leaves their text without its places;
/// an image of the same it shows.
/// </summary>
internal static class SvgPicture
{
    /// <param name="svg">What stands inside the svg element. It knows nothing of the page, so it cannot take the page's colours.</param>
    /// <param name="left">Where the drawing begins.</param>
    /// <param name="top">Where the drawing begins.</param>
    /// <param name="width">Its width, in units of the drawing, and in pixels where the page has room.</param>
    /// <param name="height">Its height.</param>
    /// <param name="altText">What it shows, for a reader who cannot see it.</param>
    /// <param name="style">CSS of the image.</param>
    public static string Html(string svg, int left, int top, int width, int height, string altText, string style)
    {
        var whole = $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{left} {top} {width} {height}\">{svg}</svg>";
        return $"<img src=\"data:image/svg+xml;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(whole))}\" width=\"{width}\" height=\"{height}\" "
            + $"alt=\"{WebUtility.HtmlEncode(altText)}\" style=\"{style}\">";
    }
}
