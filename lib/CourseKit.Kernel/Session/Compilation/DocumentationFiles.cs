using System.Globalization;
using System.IO.MemoryMappedFiles;
using System.Security;
using System.Text;
using Microsoft.CodeAnalysis;

namespace CourseKit.Kernel.Session.Compilation;

/// <summary>
/// The documentation comments of an assembly, from the XML files that the compiler wrote. Such a file lies beside the assembly. For an assembly of
/// the framework, the file lies in the reference pack. Each request maps and searches the file again, because searching for one member is faster
/// than parsing all members.
/// </summary>
/// <param name="assemblies">The path of the assembly. A package may have one file to compile against and another one to run: then both paths.</param>
internal sealed class DocumentationFiles(params string[] assemblies) : DocumentationProvider
{
    private static readonly string Framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    private static readonly Lazy<string[]> Pack = new(() =>
    {
        var packs = Path.GetFullPath("../../../packs/Microsoft.NETCore.App.Ref", Framework);
        var version = Environment.Version;
        var best = !Directory.Exists(packs) ? null : Directory.GetDirectories(packs, $"{version.Major}.*").MaxBy(folder => Version.TryParse(Path.GetFileName(folder), out var found) ? found : new());
        var folder = best is null ? "" : Path.Combine(best, "ref", $"net{version.Major}.{version.Minor}");
        // Most types of System.Private.CoreLib are documented in System.Runtime.xml, so this file is searched first.
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.xml").OrderBy(file => Path.GetFileName(file) != "System.Runtime.xml")] : [];
    });

    /// <summary>Whether there are comments of an assembly.</summary>
    public static bool Exist(string assembly) => Of([assembly]).Any();

    /// <inheritdoc/>
    protected override string? GetDocumentationForSymbol(string documentationMemberID, CultureInfo preferredCulture, CancellationToken cancellationToken = default) =>
        Of(assemblies).Select(file => Find(file, documentationMemberID)).FirstOrDefault(found => found is not null);

    private static IEnumerable<string> Of(string[] assemblies)
    {
        var own = assemblies.Select(assembly => Path.ChangeExtension(assembly, ".xml")).Where(File.Exists);
        IEnumerable<string> pack = Path.GetDirectoryName(assemblies[0]) != Framework ? []
            : Pack.Value.OrderBy(file => Path.GetFileNameWithoutExtension(file) != Path.GetFileNameWithoutExtension(assemblies[0]));
        return own.Concat(pack);
    }

    private static unsafe string? Find(string path, string id)
    {
        try
        {
            using var file = File.OpenRead(path);
            using var map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            using var view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            byte* start = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            try
            {
                return Find(new ReadOnlySpan<byte>(start, checked((int)file.Length)), id);
            }
            finally
            {
                view.SafeMemoryMappedViewHandle.ReleasePointer();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or OverflowException)
        {
            return null; // A file that is empty or cannot be read has no comments.
        }
    }

    private static string? Find(ReadOnlySpan<byte> xml, string id)
    {
        var at = xml.IndexOf(Encoding.UTF8.GetBytes($"<member name=\"{SecurityElement.Escape(id)}\""));
        if (at < 0)
            return null;
        var member = xml[at..];
        var end = member.IndexOf("</member>"u8);
        var next = member[1..].IndexOf("<member "u8); // A member without content has no end tag.
        return end < 0 || next >= 0 && next < end ? null : Encoding.UTF8.GetString(member[..(end + "</member>".Length)]);
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DocumentationFiles other && other.Key == Key;

    /// <inheritdoc/>
    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    private string Key { get; } = string.Join('\n', assemblies);
}
