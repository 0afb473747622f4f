using System.Text;

namespace CourseKit.Common;

/// <summary>Reads embedded resources. Each assembly compiles its own copy of this class and reads its own resources.</summary>
internal static class Resource
{
    public static byte[] Bytes(string name)
    {
        using var stream = typeof(Resource).Assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    public static string Text(string name) => Encoding.UTF8.GetString(Bytes(name)).TrimEnd();
}
