using System.Collections;
using System.Globalization;

namespace CourseKit.Kernel.Display;

/// <summary>The plain text of a value.</summary>
internal static class PlainText
{
    private const int MaxItems = 20, MaxDepth = 3;

    public static string Of(object? value, int depth = 0) => value switch
    {
        null => "<null>",
        string text => text,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        Type type => TypeName(type),
        Task task => $"{TypeName(task.GetType())} ({task.Status}; await it to see what it gives)",
        IDictionary dictionary => Sequence(TypeName(value.GetType()), Pairs(dictionary), dictionary.Count, depth),
        IEnumerable items when !Table.PrintsItself(value.GetType()) =>
            Sequence(TypeName(value.GetType()), items.Cast<object?>().Select(item => Of(item, depth + 1)), (items as ICollection)?.Count, depth),
        _ when depth < MaxDepth && !Table.PrintsItself(value.GetType()) && Table.Columns(value.GetType()) is { Length: > 0 } columns =>
            $"{RecordName(value.GetType())}{{ {string.Join(", ", columns.Select(column => $"{column.Name} = {Table.Read(column, value, depth + 1)}"))} }}",
        _ => value.ToString() ?? "",
    };

    /// <summary>The type as C# writes it, without namespaces: <c>Dictionary&lt;string, int[]&gt;</c>.</summary>
    public static string TypeName(Type type)
    {
        if (type.IsArray)
            return $"{TypeName(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return TypeName(underlying) + "?";
        if (type.Name.StartsWith("<>", StringComparison.Ordinal))
            return type.Name.Contains("AnonymousType", StringComparison.Ordinal) ? "anonymous type" : "sequence";
        var name = type.Name.Split('`')[0];
        if (type.IsGenericType)
            return $"{name}<{string.Join(", ", type.GetGenericArguments().Select(TypeName))}>";
        return type.IsEnum ? name : Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => "bool",
            TypeCode.Byte => "byte",
            TypeCode.SByte => "sbyte",
            TypeCode.Char => "char",
            TypeCode.Decimal => "decimal",
            TypeCode.Double => "double",
            TypeCode.Single => "float",
            TypeCode.Int16 => "short",
            TypeCode.Int32 => "int",
            TypeCode.Int64 => "long",
            TypeCode.UInt16 => "ushort",
            TypeCode.UInt32 => "uint",
            TypeCode.UInt64 => "ulong",
            TypeCode.String => "string",
            _ => type == typeof(object) ? "object" : name,
        };
    }

    public static string Cut(string text, int length) => text.Length <= length ? text : text[..length] + "...";

    private static string RecordName(Type type) => type.Name.StartsWith('<') ? "" : TypeName(type) + " ";

    private static IEnumerable<string> Pairs(IDictionary dictionary)
    {
        foreach (DictionaryEntry entry in dictionary)
            yield return $"{Of(entry.Key, MaxDepth)}: {Of(entry.Value, MaxDepth)}";
    }

    private static string Sequence(string type, IEnumerable<string> items, int? count, int depth)
    {
        if (depth >= MaxDepth)
            return count is null ? type : $"{type} ({count})";
        var shown = items.Take(MaxItems + 1).ToList();
        var more = shown.Count <= MaxItems ? "" : count is null ? ", ..." : string.Create(CultureInfo.InvariantCulture, $", ... ({count:N0} items)");
        return $"[ {string.Join(", ", shown.Take(MaxItems))}{more} ]";
    }
}
