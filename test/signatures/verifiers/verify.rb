# Ruby, with its standard library alone. Reads [{"secret", "headers", "body"}] from stdin; prints for each whether it verifies.
require 'json'
# docs:start
require 'base64'
require 'openssl'

# Whether Ringback signed this callback in the last five minutes. `headers` has names in lower case.
def verify(secret, headers, body, now = Time.now.to_i)
  id, timestamp = headers.values_at('webhook-id', 'webhook-timestamp')
  return false unless timestamp&.match?(/\A\d+\z/) && (now - timestamp.to_i).abs <= 300

  key = Base64.strict_decode64(secret.delete_prefix('whsec_'))
  expected = "v1,#{Base64.strict_encode64(OpenSSL::HMAC.digest('SHA256', key, "#{id}.#{timestamp}.#{body}"))}"
  headers['webhook-signature'].to_s.split.any? { |given| OpenSSL.secure_compare(given, expected) }
end
# docs:end

puts JSON.generate(JSON.parse($stdin.read).map { |asked| verify(asked['secret'], asked['headers'], asked['body']) })
