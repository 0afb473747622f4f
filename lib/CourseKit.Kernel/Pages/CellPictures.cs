using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml;
using CourseKit.Kernel.Notebooks;

namespace CourseKit.Kernel.Pages;

/// <summary>A picture for a page that refers to nothing outside itself.</summary>
/// <param name="Uri">The picture as a data URI; null if there is none.</param>
/// <param name="Problem">Why there is none, in words that begin with the picture's name; null if there is one.</param>
internal sealed record CellPicture(string? Uri, string? Problem);

/// <summary>Finds the pictures to which the Markdown of a cell refers: the cell's attachments, and files.</summary>
/// <param name="folder">
/// The folder where the paths of files begin. It is null for a notebook that a stranger wrote: such a notebook may not bring a file of this machine onto
/// its page, so no file is opened.
/// </param>
/// <param name="attachments">The cell's attachments: for each name, an object with mime types and contents.</param>
internal sealed partial class CellPictures(string? folder, JsonObject? attachments)
{
    private const int LargestMegabytes = 10;

    /// <summary>The picture of an address, or null if the address leads to the web or holds the picture itself.</summary>
    public CellPicture? Find(string address)
    {
        if (address.StartsWith("attachment:", StringComparison.OrdinalIgnoreCase))
            return Attachment(Uri.UnescapeDataString(address["attachment:".Length..]));
        if (IsRemote(address) || address.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
            return null;
        return folder is null ? new CellPicture(null, $"{address} is no attachment of the notebook, and this page shows no other files") : File(folder, address);
    }

    /// <summary>Whether an address leads to another machine.</summary>
    public static bool IsRemote(string address) => address.Contains("://", StringComparison.Ordinal) || address.StartsWith("//", StringComparison.Ordinal);

    private CellPicture Attachment(string name)
    {
        if ((attachments?[name] as JsonObject)?.FirstOrDefault(entry => NotebookReader.IsText(entry.Value)) is not (string mime, JsonNode data))
            return new CellPicture(null, $"{name} is not among the cell's attachments");
        var text = MultilineText.Join(data);
        var bytes = new byte[text.Length];
        if (Convert.TryFromBase64String(text, bytes, out var count))
            return Picture(name, bytes.AsSpan(0, count));
        // Some programs attach an SVG as it is.
        return mime == "image/svg+xml" ? Picture(name, Encoding.UTF8.GetBytes(text)) : new CellPicture(null, $"{name} is damaged: its content is not in base64");
    }

    private static CellPicture File(string folder, string address)
    {
        // A query and a fragment belong to the address, not to the file's name. But people also write a name as it is, with its signs.
        var name = address.Replace('\\', '/');
        string[] names = [Uri.UnescapeDataString(QueryOrFragment().Replace(name, "")), Uri.UnescapeDataString(name), name];
        var path = names.Select(candidate => Path.Combine(folder, candidate)).FirstOrDefault(Path.Exists);
        if (path is null)
            return new CellPicture(null, $"{names[0]} was not found");
        try
        {
            if (Directory.Exists(path))
                return new CellPicture(null, $"{names[0]} is a folder, not a picture");
            var length = new FileInfo(path).Length;
            return length > LargestMegabytes * 1_000_000
                ? new CellPicture(null, string.Create(CultureInfo.InvariantCulture, $"{names[0]} has {length / 1e6:0.0} MB, and a page takes pictures of at most {LargestMegabytes} MB"))
                // A device or a pipe has no length either. It is not opened, because reading it may never end.
                : Picture(names[0], length == 0 ? [] : System.IO.File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new CellPicture(null, $"{names[0]} could not be read");
        }
    }

    // The content decides, not the name: a browser shows nothing for a web page that was saved as .png.
    private static CellPicture Picture(string name, ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty)
            return new CellPicture(null, $"{name} is empty");
        var type = content switch
        {
            [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => "png",
            [0xFF, 0xD8, 0xFF, ..] => "jpeg",
            [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => "gif",
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "webp",
            _ when IsSvg(content) => "svg+xml",
            _ => null,
        };
        return type is null
            ? new CellPicture(null, $"{name} is no picture that a page can show (PNG, JPEG, GIF, WebP or SVG)")
            : new CellPicture($"data:image/{type};base64,{Convert.ToBase64String(content)}", null);
    }

    // A browser shows an SVG only if it is well-formed and names its namespace.
    private static bool IsSvg(ReadOnlySpan<byte> content)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Parse, XmlResolver = null, MaxCharactersFromEntities = 1_000_000 };
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(content.ToArray()), settings);
            var isSvg = reader.MoveToContent() == XmlNodeType.Element && reader is { LocalName: "svg", NamespaceURI: "http://www.w3.org/2000/svg" };
            while (isSvg && reader.Read())
            {
            }
            return isSvg;
        }
        catch (XmlException)
        {
            return false;
        }
    }

    [GeneratedRegex("[?#].*", RegexOptions.Singleline)]
    private static partial Regex QueryOrFragment();
}
