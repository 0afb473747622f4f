using System.Text;

namespace CourseKit.Display;

/// <summary>What a file holds, in words, where its first bytes show that it is not what was wanted.</summary>
internal static class ContentText
{
    private static readonly (string Start, string Text)[] Known =
    [
        ("<!doctype", "an HTML page, as a failed download leaves it"),
        ("<html", "an HTML page, as a failed download leaves it"),
        ("<?xml", "XML, perhaps a server's error message"),
        ("version https://git-lfs", "a pointer of Git LFS instead of the file itself (`git lfs pull` gets it)"),
        ("PK\u0003\u0004", "a ZIP archive, which .npz and PyTorch's files are too"),
        ("\u001f\u008b", "a gzip file"),
        ("\u0080\u0002", "a Python pickle, which is never read here"),
        ("\u0080\u0004", "a Python pickle, which is never read here"),
        ("\u0089PNG", "a PNG picture"),
        ("\u00ff\u00d8\u00ff", "a JPEG picture"),
        ("GIF8", "a GIF picture"),
        ("II*\0", "a TIFF picture"),
        ("MM\0*", "a TIFF picture"),
    ];

    /// <param name="start">The first bytes of the file; 32 are enough.</param>
    /// <returns>e.g. "an HTML page, as a failed download leaves it"; null if nothing that is known here begins like that.</returns>
    public static string? Of(ReadOnlySpan<byte> start)
    {
        if (start.IsEmpty)
            return "an empty file";
        var text = Encoding.Latin1.GetString(start[..Math.Min(start.Length, 32)]).TrimStart("\u00ef\u00bb\u00bf\r\n\t ".ToCharArray());  // with the mark of UTF-8
        return Known.FirstOrDefault(known => text.StartsWith(known.Start, StringComparison.OrdinalIgnoreCase)).Text;
    }
}
