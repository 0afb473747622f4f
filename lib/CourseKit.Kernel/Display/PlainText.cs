using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace CourseKit.Kernel.Display;

/// <summary>The plain text of a value.</summary>
internal static class PlainText
{
    private const int MaxDepth = 3;

    /// <summary>
    /// The value's text. Inside another value (depth above 0) the text is shorter. There, if making the text fails, the text is the exception's name.
    /// </summary>
    public static string Of(object? value, int depth = 0)
    {
        try
        {
            return Describe(value, depth);
        }
        catch (Exception error) when (depth > 0 && Excerpt.IsOfTheValue(error))
        {
            return $"({error.GetType().Name})";
        }
    }

    /// <summary>The text of one part of a value; the error's name if reading the part fails.</summary>
    public static string Of(Column column, object item, int depth)
    {
        try
        {
            return Of(column.Read(item), depth);
        }
        catch (Exception error) when (Excerpt.IsOfTheValue(error))
        {
            return $"({error.GetType().Name})";
        }
    }

    /// <summary>The text of the first items of a sequence or dictionary. From depth 3 on, the text is only the type and the count.</summary>
    public static string Of(Excerpt excerpt, bool isDictionary, Type type, int depth)
    {
        if (depth >= MaxDepth)
            return excerpt.Count is { } count ? string.Create(CultureInfo.InvariantCulture, $"{TypeName(type)} ({count:N0})") : TypeName(type);
        var items = excerpt.Items.Select(item => isDictionary && Column.Pair(item) is var (key, value) ? $"{Of(key, MaxDepth)}: {Of(value, MaxDepth)}" : Of(item, depth + 1));
        string[] rest = excerpt switch
        {
            { Failure: { } error } => [$"... ({error.GetType().Name})"],
            { IsCut: true, Count: { } count } => [string.Create(CultureInfo.InvariantCulture, $"... ({count:N0} items)")],
            { IsCut: true } => ["..."],
            _ => [],
        };
        return $"[ {string.Join(", ", items.Concat(rest))} ]";
    }

    // This does not call the ToString that the compiler writes for a record: if the record contains itself, that call never ends.
    private static string Describe(object? value, int depth) => value switch
    {
        null => "<null>",
        string text => text,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        Type type => TypeName(type),
        Task task => $"{TypeName(task.GetType())} ({task.Status}; await it to see what it gives)",
        _ when depth > 0 && ConventionFormatter.Summary(value) is { } summary => summary,
        Exception error when depth > 0 => $"{error.GetType().Name}: {error.Message}",
        _ when Column.IsPair(value.GetType()) && Column.Pair(value) is var (key, held) => $"[{Of(key, depth + 1)}, {Of(held, depth + 1)}]",
        ITuple tuple => depth < MaxDepth ? $"({string.Join(", ", Column.Of(tuple).Select(column => Of(column, tuple, depth + 1)))})" : TypeName(value.GetType()),
        _ when Column.PrintsItself(value.GetType()) => value.ToString() ?? "",
        IEnumerable items => Of(Excerpt.Of(items), Column.IsDictionary(items), value.GetType(), depth),
        _ when AsyncSequence(value.GetType()) is { } sequence => $"{TypeName(sequence)} (await foreach reads it)",
        _ when depth < MaxDepth && Column.Of(value) is { Count: > 0 } columns =>
            $"{RecordName(value.GetType())}{{ {string.Join(", ", columns.Take(Column.Max).Select(column => $"{column.Name} = {Of(column, value, depth + 1)}"))}{(columns.Count > Column.Max ? ", ..." : "")} }}",
        _ => TypeName(value.GetType()),
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

    public static string Cut(string text, int length) =>
        text.Length <= length ? text : $"{text.AsSpan(0, char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)}...";

    private static string RecordName(Type type) => type.Name.StartsWith('<') ? "" : TypeName(type) + " ";

    private static Type? AsyncSequence(Type type) =>
        type.GetInterfaces().FirstOrDefault(candidate => candidate.IsGenericType && candidate.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>));
}
