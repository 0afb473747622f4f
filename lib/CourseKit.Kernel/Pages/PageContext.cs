using System.Text;

namespace CourseKit.Kernel.Pages;

/// <summary>A heading of the page; <paramref name="Html"/> is its text, escaped, without links.</summary>
internal sealed record PageHeading(int Level, string Anchor, string Html);

/// <summary>The data that all parts of a page share: the headings, the anchors in use, and whether the page has formulas.</summary>
/// <param name="isTrusted">Whether HTML of the notebook may stand on the page as it is.</param>
/// <param name="folder">The folder of the notebook, from which pictures may come; null if none of its files may stand on the page.</param>
/// <param name="taken">Ids of other elements of the page, which no anchor may have.</param>
internal sealed class PageContext(bool isTrusted, string? folder, params IEnumerable<string> taken)
{
    private readonly HashSet<string> _anchors = [.. taken];

    public bool IsTrusted => isTrusted;

    public string? Folder => folder;

    public List<PageHeading> Headings { get; } = [];

    public bool HasMath { get; set; }

    /// <summary>Makes an anchor for a heading: its letters and digits in lower case with hyphens between, and a number if it is taken.</summary>
    public string Anchor(string heading)
    {
        var slug = new StringBuilder();
        foreach (var rune in heading.ToLowerInvariant().EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune))
                slug.Append(rune);
            else if (slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        }
        var stem = slug.ToString().Trim('-') is { Length: > 0 } text ? text : "section";
        var anchor = stem;
        for (var i = 2; !_anchors.Add(anchor); i++)
            anchor = $"{stem}-{i}";
        return anchor;
    }
}
