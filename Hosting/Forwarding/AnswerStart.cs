namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// Looks for the first line of the upstream's final answer in what the upstream sends, however it is cut into pieces.
/// Interim answers (RFC 9110, 15.2: 1xx), each with its head, are passed over. <c>101</c> is final: nothing of HTTP follows it.
/// </summary>
internal struct AnswerStart
{
    private bool _isInInterimHead;
    private long _lineBytes;
    private int _status;

    /// <summary>Whether the line was found; there is nothing more to look for then.</summary>
    public bool IsFound { get; private set; }

    /// <summary>
    /// Whether the answer that was found wants none of the body: a redirection, an error (RFC 9112, 9.5), or something that is
    /// not HTTP or, after 101, will not be. One of success says no such thing: its sender may well read on while it answers.
    /// </summary>
    public readonly bool IsRefusal => IsFound && _status is < 100 or StatusCodes.Status101SwitchingProtocols or >= 300;

    /// <summary>Looks at the bytes that came next.</summary>
    /// <returns>Where in them the line has ended, behind its LF, or -1 while it has not.</returns>
    public int Find(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length && !IsFound; i++)
        {
            if (bytes[i] == '\n')
            {
                EndLine();
                if (IsFound)
                    return i + 1;
            }
            else if (bytes[i] != '\r')
            {
                // HTTP-version SP status-code (RFC 9112, 4): the three digits stand behind "HTTP/1.1 ".
                if (!_isInInterimHead && _lineBytes is >= 9 and < 12)
                    _status = (_status * 10) + bytes[i] - '0';
                _lineBytes++;
            }
        }

        return -1;
    }

    private void EndLine()
    {
        if (_isInInterimHead)
        {
            // The empty line is its end.
            if (_lineBytes == 0)
                (_isInInterimHead, _status) = (false, 0);
        }
        else if (_status is >= 100 and < 200 and not StatusCodes.Status101SwitchingProtocols)
            _isInInterimHead = true;
        else
            IsFound = true;
        _lineBytes = 0;
    }
}
