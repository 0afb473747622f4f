using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using static System.FormattableString;

namespace CourseKit.Kernel.Grading;

/// <summary>
/// Lists the files of a class's zip, and unpacks those that are asked for. No name of the zip becomes a name on the disk, and bytes are counted as
/// they are unpacked, since what the zip says of their number may be wrong.
/// </summary>
internal sealed class ClassZip : IDisposable
{
    private const int MostEntries = 20_000;
    private const long MostBytes = 4_000_000_000, MostDirectoryBytes = 20_000_000;

    // The code page of names that are not marked as UTF-8. It has a character for each byte, so a name can be turned back into its bytes.
    private static readonly Encoding Cp437 = CodePagesEncodingProvider.Instance.GetEncoding(437, EncoderFallback.ExceptionFallback, DecoderFallback.ReplacementFallback)!;
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    private readonly ZipArchive _zip;
    private readonly string _folder = Directory.CreateTempSubdirectory("coursekit-class-").FullName;
    private long _bytes;

    /// <exception cref="InvalidDataException">
    /// The file is not a zip, its directory is damaged, it has more than 20,000 entries, or the name of an entry leads out of the zip.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public ClassZip(string path)
    {
        var stream = File.OpenRead(path);
        try
        {
            // ZipArchive makes an object for each entry that it finds, even if the zip names a smaller number. So the size is checked before.
            var (entries, start) = DirectoryOf(stream);
            if (entries > MostEntries || start < stream.Length - MostDirectoryBytes)
                throw new InvalidDataException(Invariant($"it has {entries} entries in {(stream.Length - start) / 1e6:0} MB of names; {MostEntries} in {MostDirectoryBytes / 1e6:0} MB are the most."));
            stream.Position = 0;
            _zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: false, Cp437);
            Files = WithoutWrapper([.. _zip.Entries.Select(entry => (Name: NameOf(entry), Entry: entry)).Where(one => !ClassFile.IsHidden(one.Name.TrimEnd('/')))
                .Select(one => new ClassFile(one.Name.TrimEnd('/'), one.Name.EndsWith('/'), () => Unpacked(one.Entry, one.Name)))]);
        }
        catch (Exception e)
        {
            stream.Dispose();
            Directory.Delete(_folder, recursive: true);
            if (e is not (InvalidDataException or IOException))
                throw;
            throw new InvalidDataException($"{path} cannot be read as a zip: {e.Message}", e);
        }
    }

    /// <summary>The files, without those that systems add.</summary>
    public IReadOnlyList<ClassFile> Files { get; }

    /// <summary>Deletes what was unpacked.</summary>
    public void Dispose()
    {
        _zip.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // How many entries the zip claims to have, and where its directory begins. The place can be trusted: ZipArchive reads the directory from there.
    private static (ulong Entries, long Start) DirectoryOf(FileStream stream)
    {
        var tail = new byte[Math.Min(stream.Length, ushort.MaxValue + 22 + 20)];
        stream.Position = stream.Length - tail.Length;
        stream.ReadExactly(tail);
        var end = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (end < 0 || end + 22 > tail.Length)
            throw new InvalidDataException("it is not a zip, or not the whole of one.");
        var (entries, start) = (BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(end + 10)), BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16)));
        if (end < 20 || !tail.AsSpan(end - 20).StartsWith("PK\x06\x07"u8) || (entries != ushort.MaxValue && start != uint.MaxValue))
            return (entries, start);
        // A zip with more than 65535 entries or 4 GB has larger numbers in another record.
        var record = new byte[56];
        var at = BinaryPrimitives.ReadUInt64LittleEndian(tail.AsSpan(end - 20 + 8));
        if (at > (ulong)Math.Max(0, stream.Length - record.Length))
            throw new InvalidDataException("its end names a place behind the end.");
        stream.Position = (long)at;
        stream.ReadExactly(record);
        return (BinaryPrimitives.ReadUInt64LittleEndian(record.AsSpan(32)), (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(record.AsSpan(48)), long.MaxValue));
    }

    private static string NameOf(ZipArchiveEntry entry)
    {
        var name = InUtf8(entry.FullName).Replace('\\', '/');
        return name.Length == 0 || name.StartsWith('/') || name.Split('/').Contains("..") || name is [_, ':', ..] || name.Contains('\0', StringComparison.Ordinal)
            ? throw new InvalidDataException($"its entry \"{name}\" leads out of the zip. No learning platform writes such a name: nothing was unpacked.")
            : name;
    }

    // Many programs write UTF-8 without marking it. Bytes that are no UTF-8 are of code page 437, as the format says.
    private static string InUtf8(string name)
    {
        try
        {
            return Utf8.GetString(Cp437.GetBytes(name));
        }
        catch (ArgumentException)
        {
            return name;
        }
    }

    // If somebody zips a folder by a right click, all files of the zip lie in a folder of that name. That folder is no student.
    private static IReadOnlyList<ClassFile> WithoutWrapper(IReadOnlyList<ClassFile> files)
    {
        var top = files.Count == 0 ? "" : files[0].Name.Split('/')[0] + "/";
        if (files.Any(file => !(file.Name + "/").StartsWith(top, StringComparison.Ordinal)) || PlatformName.Of(top) is not null)
            return files;
        List<ClassFile> inner = [.. files.Where(file => file.Name.Length > top.Length).Select(file => file with { Name = file.Name[top.Length..] })];
        var isClass = inner.Count(file => file.IsNotebook) > 1 || inner.Any(file => file.Name.Contains('/', StringComparison.Ordinal) || PlatformName.Of(file.Name) is not null);
        return isClass ? inner : files;
    }

    private string Unpacked(ZipArchiveEntry entry, string name)
    {
        // Unix keeps the kind of a file in the upper half of these attributes; zero means that another system made the zip.
        if (((entry.ExternalAttributes >> 16) & 0xF000) is not (0 or 0x8000) and var kind)
            throw new IOException(kind == 0xA000 ? $"{name} is a link, and links are not followed; hand in the file itself." : $"{name} is no file.");
        if (entry.IsEncrypted)
            throw new IOException($"{name} is encrypted; hand it in without a password.");
        var path = Path.Combine(_folder, $"{Guid.NewGuid():N}");
        using var from = entry.Open();
        using var to = File.Create(path);
        var buffer = new byte[81920];
        for (long bytes = 0; from.Read(buffer) is > 0 and var read; bytes += read)
        {
            if (bytes + read > ClassFile.MostBytes)
            {
                to.SetLength(0);
                throw new IOException(Invariant($"{name} unpacks to more than {ClassFile.MostBytes / 1e6:0} MB, the most that a notebook may have. Clear its outputs and hand it in again."));
            }
            if ((_bytes += read) > MostBytes)
                throw new GraderException(Invariant($"The zip's notebooks unpack to more than {MostBytes / 1e9:0} GB. If that is right, unpack the zip and grade the folder."));
            to.Write(buffer, 0, read);
        }
        return to.Length > 0 ? path : throw new IOException($"{name} is empty.");
    }
}
