import { isSecretLooking, wordsOf } from '../../../src/core/secret-words.js';

describe('secret-looking keys', () => {
  it.each(
    (
      'password PASSWORD dbPassword db_password db-password db.password password2 mypassword rootpassword passwd passphrase pwd ' +
      'secret clientSecret client_secret clientsecret AWS_SECRET_ACCESS_KEY token authToken accessToken accesstoken bearerToken tokens ' +
      'apiKey apikey api_key api-key APIKey APIKEY xApiKey accessKey access_key privateKey private_key PRIVATEKEY secretKey signingKey ' +
      'credentials credential dbCredentials auth basicAuth Authorization jwt userPass pass authParams passwordHash passwordProd'
    ).split(' '),
  )('%s is one', (key) => {
    expect(isSecretLooking(key)).toBe(true);
  });

  it.each(
    (
      'tokenizer tokenize passthrough passThrough bypass author authority secretary compass key keys primaryKey keyField partitionKey ' +
      'secretName secret_name tokenUrl token_uri passwordFile privateKeyPath credentialsProvider credentialsId accessKeyId authMethod ' +
      'authType auth_plugin tokenTtl token_expiry_seconds maxTokens tokensPerMinute maxTokensPerCall username cache_name hosts_with_ports ' +
      'encoding public-key'
    ).split(' '),
  )('%s is none', (key) => {
    expect(isSecretLooking(key)).toBe(false);
  });

  it('are cut into words', () => {
    expect(wordsOf('myAPIKey_v2.Test-case')).toEqual(['my', 'api', 'key', 'v', 'test', 'case']);
    expect(wordsOf('')).toEqual([]);
    expect(isSecretLooking('')).toBe(false);
  });
});
