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
        ("<svg", "an SVG drawing"),
        ("version https://git-lfs", "a pointer of Git LFS instead of the file itself (`git lfs pull` gets it)"),
        ("PK\u0003\u0004", "a ZIP archive, which .npz and PyTorch's files are too"),
        ("\u001f\u008b", "a gzip file"),
        ("BZh", "a bzip2 file"),
        ("\u00fd7zXZ", "an xz file"),
        ("7z\u00bc\u00af", "a 7z archive"),
        ("Rar!", "a RAR archive"),
        ("\u0080\u0002", "a Python pickle, which is never read here"),
        ("\u0080\u0003", "a Python pickle, which is never read here"),
        ("\u0080\u0004", "a Python pickle, which is never read here"),
        ("\u0080\u0005", "a Python pickle, which is never read here"),
        ("\u0089HDF", "an HDF5 file"),
        ("\u0093NUMPY", "a .npy file"),
        ("\u0089PNG", "a PNG picture"),
        ("\u00ff\u00d8\u00ff", "a JPEG picture"),
        ("GIF8", "a GIF picture"),
        ("II*\0", "a TIFF picture"),
        ("MM\0*", "a TIFF picture"),
        ("%PDF", "a PDF document"),
    ];

    /// <param name="start">The first bytes of the file; 32 are enough.</param>
    /// <returns>e.g. "an HTML page, as a failed download leaves it"; null if nothing that is known here begins like that.</returns>
    public static string? Of(ReadOnlySpan<byte> start)
    {
        if (start.IsEmpty)
            return "an empty file";
        if (start.StartsWith("\ufeff"u8))
            start = start[3..];
        var text = Encoding.Latin1.GetString(start[..Math.Min(start.Length, 32)]).TrimStart('\r', '\n', '\t', ' ');
        return Known.FirstOrDefault(known => text.StartsWith(known.Start, StringComparison.OrdinalIgnoreCase)).Text;
    }
}
